"""How people write a unit: 12-2-1803, 12栋2单元1803, 十二号楼二单元1803, 12#2-1803, A座1001, B1-023."""

from __future__ import annotations

import re
import unicodedata

_WORDS = re.compile(r"号楼|号院|单元|#楼|[栋幢座楼门梯层号室房户#]")
_DASHES = re.compile(r"[\s\-‐-―−~/_.,、]+")
_NUMERALS = re.compile(r"[〇零一二两三四五六七八九十百]+")
_BASEMENT = re.compile(r"(?:地下|负)(\d)层?")
_VALUES = {char: value for value, chars in enumerate(("〇零", "一", "二两", *"三四五六七八九")) for char in chars}

_BUILDING = re.compile(r"[a-z]{1,2}\d{0,3}|\d{1,3}[a-z]?")
_ENTRANCE = re.compile(r"[a-z]?\d{1,2}|[a-z]")
_NUMBER = re.compile(r"[a-z]{0,2}\d{1,5}[a-z]?")
_ALONE = re.compile(r"[a-z]|[a-z]{0,2}\d{1,5}[a-z]?")


def normalise_unit(text: str) -> tuple[str, ...] | None:
    """The parts of a unit in any spelling, from the left; None when the text is not one.

    (building, entrance, number), (building, number) for shops and parking spaces (an entrance "0" is none), or as
    many as were typed: (building, entrance), (entrance, number), (number,). Lower case, no leading zeros.
    """
    parts = [part for part in _DASHES.split(_spelled_out(text)) if part]
    if not _plausible(parts):
        return None
    short = tuple(re.sub(r"(?<!\d)0+(?=\d)", "", part) for part in parts)
    return (short[0], short[2]) if len(short) == 3 and short[1] == "0" else short


def _spelled_out(text: str) -> str:
    """Unit words become dashes; Chinese numerals become digits, but only where such a word says that they count."""
    plain = unicodedata.normalize("NFKC", text).lower()
    if _WORDS.search(plain) or "负" in plain:
        plain = _NUMERALS.sub(lambda numeral: str(_value(numeral[0])), plain)
    return _WORDS.sub("-", _BASEMENT.sub(r"b\1-", plain))


def _value(numeral: str) -> str:
    """十二 is 12, 一百零八 is 108; without 十 and 百 the digits are read one by one: 一八〇三 is 1803."""
    if not set(numeral) & set("十百"):
        return "".join(str(_VALUES[char]) for char in numeral)
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return str(100 * _digit(hundreds) * ("百" in numeral) + 10 * _digit(tens) * bool(ten) + _digit(ones, 0))


def _digit(numeral: str, missing: int = 1) -> int:
    bare = numeral.strip("〇零十百")
    return _VALUES[bare[-1]] if bare else missing


def _plausible(parts: list[str]) -> bool:
    match parts:
        case [alone]:
            return bool(_ALONE.fullmatch(alone))
        case [first, last]:
            return bool(_BUILDING.fullmatch(first) and (_NUMBER.fullmatch(last) or _ENTRANCE.fullmatch(last)))
        case [_, _, _]:
            shapes = (_BUILDING, _ENTRANCE, _NUMBER)
            return all(shape.fullmatch(part) for shape, part in zip(shapes, parts, strict=True))
    return False
