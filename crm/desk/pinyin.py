"""Names as they are typed in pinyin: syllables without tones, every reading of a polyphonic character.

pypinyin knows the usual reading in context; surnames have readings of their own (曾 zeng, not ceng), and both are
kept, since people type either. Source of the surname table: 现代汉语词典, entries marked 姓, checked against pypinyin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from math import prod

from crm.desk.letters import fold
from crm.late import late

_pypinyin = late("pypinyin")


def _table(text: str) -> dict[str, tuple[str, ...]]:
    return {entry[0]: tuple(entry[1:].split("/")) for entry in text.split()}


# Only what pypinyin does not say by itself when the character stands alone.
SURNAMES = _table("""
    曾zeng 单shan 查zha 解xie 仇qiu 朴piao 区ou 翟zhai 盖ge 乐yue 洗xian 覃qin 员yun 贠yun 种chong 秘bi
    折she 缪miao 宓fu 句gou 祭zhai 黑he 繁po 召shao 牟mu 隗wei/kui 郇xun 能nai 阚kan 柏bo 尉yu 都du 藏zang
    卜bu 莘xin 郄xi 郗chi 贲bi 隽jun 炅gui 佴nai 强jiang 长chang 蔚yu 乜nie 薄bo 谌shen 颉xie 虎mao 么yao
    粘nian 角jue 弗fei 圈juan 重chong 行hang 参shen 省xing
""")

# Two characters, then their readings.
_COMPOUND = """
    尉迟yu/chi 长孙zhang/sun 万俟mo/qi 令狐ling/hu 澹台tan/tai 鲜于xian/yu 单于chan/yu 淳于chun/yu
    宰父zai/fu 子车zi/ju 夹谷jia/gu 乐正yue/zheng 拓跋tuo/ba 皇甫huang/fu 诸葛zhu/ge 赫连he/lian 独孤du/gu
    谷梁gu/liang 段干duan/gan 羊舌yang/she 漆雕qi/diao 亓官qi/guan 闻人wen/ren 百里bai/li 呼延hu/yan 第五di/wu
"""
COMPOUND_SURNAMES = {entry[:2]: tuple(entry[2:].split("/")) for entry in _COMPOUND.split()}

# Characters of given names and places that are read in more than one way, neither of them rare.
_GIVEN = _table("""
    乐le/yue 行xing/hang 重zhong/chong 长chang/zhang 朝chao/zhao 晟sheng/cheng 柏bai/bo 茜qian/xi 莘xin/shen 娜na/nuo
    都du/dou 传chuan/zhuan 盛sheng/cheng 浚jun/xun 禅chan/shan 澄cheng/deng 隽jun/juan 厦sha/xia 莞wan/guan 荨xun/qian
    颉xie/jie 省sheng/xing 什shi/shen 单dan/shan 曾zeng/ceng 弹dan/tan 调diao/tiao 薄bo/bao 藏zang/cang
    拓tuo/ta 桔jie/ju 栖qi/xi 鹄hu/gu 卜bo/bu 峙zhi/shi 会hui/kuai 炅jiong/gui 尉wei/yu 解jie/xie 参can/shen 仇qiu/chou
""")

SHORT = 4  # pieces: persons. They get every spelling of a name, mixed ones too, in full length
SHORT_LETTERS = 24
LONG_LETTERS = 6  # companies: full and initials only, cut here; longer input is checked against the text
MOST_SPELLINGS = 16
REMEMBERED = 8192  # given names and characters come again and again

_RUN = re.compile(r"[a-z0-9]+|[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Sound:
    """A character, or a run of Latin letters and digits, and its readings, the likeliest first."""

    start: int
    written: str
    readings: tuple[str, ...]


def readings(name: str) -> frozenset[tuple[str, ...]]:
    """Every way to read the name as a row of syllables, at most 64; ü as v, u and yu (吕 lv, lu, lyu)."""
    return frozenset(islice(product(*(sound.readings for sound in sounds(fold(name)))), 64))


@lru_cache(maxsize=REMEMBERED)
def sounds(folded: str) -> tuple[Sound, ...]:
    """The pieces of a name that went through `fold`, in order."""
    pieces = [piece for run in _RUN.finditer(folded) for piece in _pieces(run[0], run.start())]
    return tuple(Sound(start, written, _all_readings(folded, start, written, said)) for start, written, said in pieces)


def typed_forms(folded: str) -> frozenset[str]:
    """What finds the name: every prefix of what can be typed from any syllable on.

    Up to `SHORT` pieces: wuxuewen, wxw, wuxw, wuxuew, wxuewen. Longer names: full or initials, `LONG_LETTERS` at most.
    """
    heard = tuple(sound.readings for sound in sounds(folded))
    return _short_prefixes(heard) if len(heard) <= SHORT else frozenset(_long_prefixes(heard))


def long_pieces(folded: str) -> list[str]:
    """The full-length pieces of a name that is too long for every spelling: what `long_keys` are compared with."""
    heard = tuple(sound.readings for sound in sounds(folded)) if len(folded) > SHORT else ()
    return [form for form in _long_prefixes(heard) if len(form) == LONG_LETTERS] if len(heard) > SHORT else []


def covered(heard: Sequence[Sound], typed: str) -> int:
    """How many pieces from the first on the typed letters spell, each in full or by its initial; 0 when they do not."""
    if not heard or not typed:
        return 0
    if any(reading.startswith(typed) for reading in heard[0].readings):
        return 1
    steps = {step for reading in heard[0].readings for step in (reading, reading[0]) if typed.startswith(step)}
    further = (covered(heard[1:], typed[len(step) :]) for step in steps)
    return max((1 + pieces for pieces in further if pieces), default=0)


def spells(folded: str, typed: str) -> bool:
    """Whether the letters spell a part of the name, from some syllable on."""
    heard = sounds(folded)
    return any(covered(heard[start:], typed) for start in range(len(heard)))


def long_keys(typed: str) -> tuple[frozenset[str], ...]:
    """Keys that a long name spelled by more than `LONG_LETTERS` letters has for certain: as full pinyin, as initials.

    Not sufficient: the caller checks with `spells`.
    """
    full = frozenset(typed[place : place + LONG_LETTERS] for place in _sure_boundaries(typed))
    if re.search(r"[iuv]", typed):
        return (full,)
    return full, frozenset(typed[place : place + LONG_LETTERS] for place in range(len(typed) - LONG_LETTERS + 1))


def with_single_initials(typed: str) -> str:
    """zhsf becomes zsf: some type zh, ch and sh as one initial."""
    return re.sub(r"([zcs])h(?![aeiouv]|$)", r"\1", typed)


def _pieces(run: str, start: int) -> list[tuple[int, str, str]]:
    """(place, written, usual reading in its context)."""
    if run[0].isascii():
        return [(start, run, run)]
    return [(start + place, char, said) for place, (char, said) in enumerate(zip(run, _said(run), strict=True))]


def _said(run: str) -> list[str]:
    """The usual readings. The context is only asked where it can matter: that costs ten times the rest."""
    alone = list(map(_alone, run))
    if all(len(each) == 1 for each in alone) or not any(map(_begins_phrase, run, run[1:])):
        return [each[0] for each in alone]
    said = _pypinyin.lazy_pinyin(run)
    # Characters unknown to pypinyin come back in one piece.
    return said if len(said) == len(run) else [each[0] for each in alone]


@lru_cache
def _phrases() -> frozenset[str]:
    """How the phrases of the dictionary begin."""
    return frozenset(phrase[:2] for phrase in _pypinyin.constants.PHRASES_DICT)


def _begins_phrase(first: str, second: str) -> bool:
    return first + second in _phrases()


@lru_cache(maxsize=REMEMBERED)
def _alone(char: str) -> tuple[str, ...]:
    """Every reading of the character by itself, the usual one first."""
    said = _pypinyin.pinyin(char, style=_pypinyin.Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys([*_pypinyin.lazy_pinyin(char), *said]))


def _all_readings(name: str, start: int, written: str, said: str) -> tuple[str, ...]:
    return _kept_readings(written, said, _surname_readings(name, start))


@lru_cache(maxsize=REMEMBERED)
def _kept_readings(written: str, said: str, as_surname: tuple[str, ...]) -> tuple[str, ...]:
    if written[0].isascii():
        return (written,)
    known = [*as_surname, said, *_GIVEN.get(written, ()), _alone(written)[0]]
    return tuple(dict.fromkeys(variant for reading in known for variant in _spellings_of_ue(reading)))


def _surname_readings(name: str, start: int) -> tuple[str, ...]:
    compound = COMPOUND_SURNAMES.get(name[:2], ())
    if start < len(compound):
        return (compound[start],)
    return SURNAMES.get(name[0], ()) if start == 0 else ()


def _spellings_of_ue(syllable: str) -> tuple[str, ...]:
    if "v" not in syllable:
        return (syllable,)
    return syllable, syllable.replace("v", "u"), syllable.replace("v", "yu")


Heard = tuple[tuple[str, ...], ...]  # of each piece its readings


@lru_cache(maxsize=REMEMBERED)
def _short_prefixes(heard: Heard) -> frozenset[str]:
    """Of the spellings from the first piece on and, as those of a shorter name, from the others on."""
    own = {form[:length] for form in _short_forms(heard) for length in range(1, len(form) + 1)}
    return frozenset(own | _short_prefixes(heard[1:])) if heard else frozenset()


def _short_forms(heard: Heard) -> set[str]:
    initials = tuple(map(_initials, heard))
    plans = [heard[:switch] + initials[switch:] for switch in range(len(heard) + 1)]
    return {form for plan in [*plans, initials[:1] + heard[1:]] for form in _spelled(plan, SHORT_LETTERS)}


def _long_prefixes(heard: Heard) -> set[str]:
    starts = range(len(heard))
    forms = {form for start in starts for form in _long_forms(heard[start : start + LONG_LETTERS])}
    return {form[:length] for form in forms for length in range(1, len(form) + 1)}


def _long_forms(near: Heard) -> set[str]:
    return {*_spelled(near, LONG_LETTERS), *_spelled(tuple(map(_initials, near)), LONG_LETTERS)}


@lru_cache(maxsize=REMEMBERED)
def _initials(readings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading[0] for reading in readings))


def _spelled(plan: Heard, letters: int) -> Iterable[str]:
    """The combinations, cut to so many letters; the likeliest `MOST_SPELLINGS` of them."""
    if prod(map(len, plan)) <= MOST_SPELLINGS:
        return {"".join(form)[:letters] for form in product(*plan)}
    forms = [""]
    for choices in plan:
        longer = dict.fromkeys((form + choice)[:letters] for form in forms for choice in choices)
        forms = list(islice(longer, MOST_SPELLINGS))
    return forms


_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|yue|ai|an|ao|ei|en|ia|ie|in"
    r"|iu|ou|ua|ue|ui|un|uo|ve|yu|a|e|i|o|u|v)|ang|eng|ai|an|ao|ei|en|er|ou|a|e|o"
)
_UNFINISHED = re.compile(r"[zcs]h|[a-z][a-z]{0,4}")


def _sure_boundaries(typed: str) -> list[int]:
    """Places where a syllable begins however the letters are cut; the last syllable may be unfinished.

    Counts the ways that lead to a place and on from it: a place is sure when all ways pass through it.
    """
    steps = {place: _ends(typed, place) for place in range(len(typed))}
    before = [1] + [0] * len(typed)
    for place, ends in steps.items():
        for end in ends:
            before[end] += before[place]
    after = [0] * len(typed) + [1]
    for place in reversed(steps):
        after[place] = sum(after[end] for end in steps[place])
    return [place for place in steps if place == 0 or before[place] * after[place] == after[0] > 0]


def _ends(typed: str, place: int) -> set[int]:
    rest = typed[place:]
    ends = {place + length for length in range(1, min(6, len(rest)) + 1) if _SYLLABLE.fullmatch(rest[:length])}
    return ends | ({len(typed)} if len(rest) < 6 and _UNFINISHED.fullmatch(rest) else set())


def typed_as(name: str) -> str:
    """Everything that is typed for the whole name, apart by blanks: `zhangjianguo zjg`, every reading of it."""
    full = {"".join(syllables) for syllables in readings(name)}
    initials = {"".join(syllable[0] for syllable in syllables) for syllables in readings(name)}
    return " ".join(sorted(full | initials))
