import pytest

from crm.desk.letters import fold
from crm.desk.pinyin import COMPOUND_SURNAMES, SURNAMES, covered, long_keys, readings, sounds, spells, typed_forms

READ_AS = """
    曾丽:zeng 单雄:shan 查良:zha 解晓:xie 仇英:qiu 朴树:piao 区明:ou 翟明:zhai 盖明:ge 乐明:yue 任明:ren 冼明:xian
    覃明:qin 覃明:tan 尹明:yin 员明:yun 种明:chong 秘明:bi 折明:she 缪明:miao 宓明:mi 宓明:fu 逄明:pang 句明:gou
    相明:xiang 祭明:zhai 黑明:he 黑明:hei 繁明:po 召明:shao 牟明:mou 隗明:wei 郇明:xun 那明:na 阚明:kan 卜明:bu
    郗明:chi 都明:du 藏明:zang 薄明:bo 谌明:chen 谌明:shen 颉明:xie 乜明:nie 郄明:qie 莘明:shen 万明:wan 叶明:ye
    石明:shi 沈明:shen 于明:yu 车明:che 冯明:feng 贾明:jia 华明:hua 燕明:yan 宁明:ning 洗明:xian 贲明:ben
"""


@pytest.mark.parametrize(("name", "surname"), [entry.split(":") for entry in READ_AS.split()])
def test_surnames_are_read_as_surnames(name, surname):
    assert surname in {reading[0] for reading in readings(name)}


@pytest.mark.parametrize(("name", "usual"), [("曾丽", "ceng"), ("单明", "dan"), ("仇明", "chou"), ("盖明", "gai")])
def test_the_usual_reading_is_kept(name, usual):
    assert usual in {reading[0] for reading in readings(name)}


@pytest.mark.parametrize("surname", COMPOUND_SURNAMES)
def test_compound_surnames(surname):
    assert (*COMPOUND_SURNAMES[surname], "li") in readings(f"{surname}丽")


def test_every_surname_has_readings_of_pinyin_letters():
    for table in (SURNAMES, COMPOUND_SURNAMES):
        assert all(part.isascii() and part.isalpha() for spoken in table.values() for part in spoken)


def test_ue_is_typed_in_three_ways():
    assert {reading[0] for reading in readings("吕布")} >= {"lv", "lu", "lyu"}


def test_context_and_lone_character_are_both_kept():
    assert {("chong", "qing"), ("zhong", "qing")} <= readings("重庆")
    assert ("lan", "zhou", "yin", "hang") in readings("兰州银行")


def test_latin_letters_pass_through():
    assert readings("3M中国") == {("3m", "zhong", "guo")}
    assert readings("Ａ座") == {("a", "zuo")}


def test_combinations_are_bounded():
    assert len(readings("行长乐重" * 10)) == 64
    assert len(typed_forms("行长乐重" * 10)) <= 1500


def test_a_character_unknown_to_pypinyin_is_its_own_reading():
    assert any(reading[0] == "王" or reading[1] == "\U0003134a" for reading in readings("王\U0003134a丽"))


@pytest.mark.parametrize("typed", "w wu wux wuxuewen wxw xw xuew xuewen wen wuxw wxuewen wxue wuxuew".split())
def test_a_person_is_found_by(typed):
    assert typed in typed_forms("吴学文")
    assert spells("吴学文", typed)


@pytest.mark.parametrize("typed", "u uxw wuw xuexue ww enw".split())
def test_a_person_is_not_found_by(typed):
    assert typed not in typed_forms("吴学文")
    assert not spells("吴学文", typed)


def test_all_that_is_stored_spells_the_name():
    for name in ("曾乐行", "吕绿", "兰州银行股份有限公司", "欧阳晓明", "3m中国"):
        assert all(spells(name, form) for form in typed_forms(name))


@pytest.mark.parametrize("start", range(9))
def test_long_names_are_found_by_full_pinyin_and_initials_of_any_length(start):
    name = fold("兰州西安大成安源物业公司")
    syllables = [sound.readings[0] for sound in sounds(name)][start:]
    stored = typed_forms(name)
    for spelled in ("".join(syllables), "".join(syllable[0] for syllable in syllables)):
        for length in range(1, len(spelled) + 1):
            typed = spelled[:length]
            keys = long_keys(typed) if length > 6 else (frozenset({typed}),)
            assert any(each <= stored for each in keys), typed


def test_covered_counts_characters():
    assert covered(sounds("吴学文"), "wuxue") == 2
    assert covered(sounds("吴学文"), "wx") == 2
    assert covered(sounds("吴学文"), "wuwen") == 0
