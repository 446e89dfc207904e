import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.desk.marks import mark
from crm.desk.pinyin import readings
from crm.desk.tokens import BEGINNING, EXACT, FRAGMENT, Document, holds, parse_query, tokens_of
from crm.desk.units import normalise_unit

COMMON = (
    "吴学文王伟李娜张敏刘静陈丽杨强黄磊赵军周洋徐勇孙艳马超朱杰胡娟郭涛何明罗刚梁平谢兰宋霞郑浩韩萍唐雪冯波于鹏曾乐"
)
ONE_READING = "".join(char for char in COMMON if len(readings(char)) == 1)
COMPANY = COMMON + "兰州甘肃宏远建筑安装工程有限责任公司物业管理服务银行股份花园小区"
ONE_READING_COMPANY = "".join(char for char in COMPANY if len(readings(char)) == 1)

names = st.text(COMMON, min_size=2, max_size=4)
companies = st.text(COMPANY, min_size=5, max_size=24)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0931[2-8][0-9]{6}", fullmatch=True)
buildings, entrances = st.integers(1, 120), st.integers(1, 9)
numbers = st.builds(lambda floor, door: floor * 100 + door, st.integers(1, 33), st.integers(1, 12))


def finds(query, document):
    tokens = tokens_of(document)
    return any(each.tokens <= tokens and holds(each, document) for each in parse_query(query).alternatives)


def weight(query, document):
    """Of the heaviest alternative that finds it; 0 for none."""
    tokens = tokens_of(document)
    found = (each.weight for each in parse_query(query).alternatives if each.tokens <= tokens and holds(each, document))
    return next(found, 0)


@st.composite
def fragments(draw, texts, shortest=1, longest=4):
    text = draw(texts)
    start = draw(st.integers(0, max(0, len(text) - shortest)))
    return text, text[start : start + draw(st.integers(shortest, longest))]


# Names


@given(fragments(names))
def test_every_fragment_of_a_name(pair):
    assert finds(pair[1], Document(names=(pair[0],)))


@given(fragments(companies, longest=24))
def test_every_fragment_of_a_company(pair):
    assert finds(pair[1], Document(names=(pair[0],)))


@given(companies, st.text(COMPANY, min_size=1, max_size=6))
def test_names_agree_with_the_like_oracle(name, fragment):
    assert finds(fragment, Document(names=(name,))) == (fragment in name)


def test_three_characters_from_different_places_are_not_a_fragment():
    document = Document(names=("物业服务公司物业管",))
    assert finds("务公司物", document)
    assert not finds("公司物业服", document)


@pytest.mark.parametrize("query", ["阿依古丽·买买提", "阿依古丽•买", "丽买买", "丽 买", "ＡＢＣ", "abc", "兰州（ABC）"])
def test_dots_spaces_width_and_case_do_not_matter(query):
    assert finds(query, Document(names=("阿依古丽・买买提", "兰州（ＡＢＣ）公司")))


def test_the_whole_name_outranks_a_fragment():
    assert weight("张伟", Document(names=("张伟",))) == EXACT
    assert weight("张伟", Document(names=("张伟国",))) == FRAGMENT


@pytest.mark.parametrize("query", ["3期", "三中3", "360", "360安全", "3"])
def test_digits_in_names(query):
    assert finds(query, Document(names=("三中3期", "360安全公司")))


def test_digits_in_names_are_found_whole_only():
    assert not finds("36", Document(names=("360安全公司",)))


# Pinyin


@pytest.mark.parametrize(
    "query", "wxw wuxuewen wux xuew xw WXW wuxw wxuewen zengli cengli zl zsf zhsf lv lu lyu".split()
)
def test_pinyin(query):
    assert finds(query, Document(names=("吴学文", "曾丽", "张顺风", "吕明")))


@pytest.mark.parametrize(
    "query", ["lanzhouhongyuan", "lzhyjz", "hongyuanjianzhu", "hyjzazgc", "lanzhouhongyuanjianzhuan"]
)
def test_pinyin_of_companies(query):
    assert finds(query, Document(names=("兰州宏远建筑安装工程有限责任公司",)))


def test_long_pinyin_is_checked():
    assert not finds("lanzhouyuanhong", Document(names=("兰州宏远建筑安装工程有限责任公司",)))


# Phones


@given(st.one_of(mobiles, landlines))
@example("13000086000")  # its end reads like the country code
@example("13086130000")
def test_beginnings_and_ends_of_phones(digits):
    document = Document(phones=(digits,))
    assert all(finds(digits[:length], document) for length in range(3, len(digits) + 1))
    assert all(finds(digits[-length:], document) for length in range(4, len(digits) + 1))


@pytest.mark.parametrize(
    "query", ["+86 139 1234", "139 1234 5679", "139-1234-5679", "008613912345679", "139 1234", "139-1234", "1234 5679",
              "0931-8412345", "(0931)8412345", "0931-84", "8412345", "841", "0931-8412345转12"]
)  # fmt: skip
def test_spellings_of_phones(query):
    assert finds(query, Document(phones=("13912345679", "0931-8412345")))


@pytest.mark.parametrize("query", ["3912", "567", "1391235", "12345", "1-391"])
def test_the_middle_of_a_phone_does_not_match(query):
    assert not finds(query, Document(phones=("13912345679",)))


def test_a_whole_phone_is_exact():
    assert weight("139 1234 5679", Document(phones=("13912345679",))) == EXACT
    assert weight("1391234", Document(phones=("13912345679",))) == BEGINNING


# Units


def chinese(number):
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    ten = f"{digits[tens] if tens > 1 or hundreds else ''}十" if tens else "零" if hundreds and ones else ""
    return (f"{digits[hundreds]}百" if hundreds else "") + ten + (digits[ones] if ones else "")


def spellings(building, entrance, number):
    b, e, n = building, entrance, number
    yield from (
        f"{b}-{e}-{n}",
        f"{b}栋{e}单元{n}",
        f"{b}号楼{e}单元{n}室",
        f"{b}#{e}-{n}",
        f"{b}－{e}－{n}",
        f"{b}幢{e}门{n}",
    )
    yield from (
        f"{b}座{e}门{n}",
        f"{chinese(b)}栋{chinese(e)}单元{n}",
        f"{b} {e} {n}",
        f"{b}#楼{e}单元{n}号",
        f"{b:02}-{e:02}-{n:04}",
    )


@given(buildings, entrances, numbers)
def test_every_spelling_of_a_unit(building, entrance, number):
    label = f"{building}-{entrance}-{number}"
    document = Document(units=(label,))
    for spelling in spellings(building, entrance, number):
        assert normalise_unit(spelling) == normalise_unit(label)
        assert weight(spelling, document) == EXACT


@given(buildings, entrances, numbers)
def test_parts_of_a_unit(building, entrance, number):
    document = Document(units=(f"{building}-{entrance}-{number}",))
    ahead = [f"{building}-{entrance}-{str(number)[:length]}" for length in range(1, len(str(number)))]
    without_entrance = [f"{building}栋{number}", f"{building}-{number}", f"{building}#楼{number}"]
    for query in (
        *ahead,
        *without_entrance,
        f"{building}-{entrance}",
        f"{building}栋",
        f"{entrance}-{number}",
        f"{number}",
    ):
        assert finds(query, document), query


@given(st.tuples(buildings, entrances, numbers), st.tuples(buildings, entrances, numbers))
def test_a_whole_unit_finds_only_itself_or_what_it_begins(one, other):
    typed, label = "-".join(map(str, one)), "-".join(map(str, other))
    assert finds(typed, Document(units=(label,))) == label.startswith(typed)


@pytest.mark.parametrize("label", ["11-1-1001", "1-11-1001", "1-1-11001", "1-1-100", "2-1-1001", "1-2-1001", "1-1001"])
def test_lookalikes_of_1_1_1001(label):
    assert not finds("1-1-1001", Document(units=(label,)))


@pytest.mark.parametrize(("query", "label"), [
    ("3-12", "3-0-12"), ("3-0-12", "3-12"), ("3号楼12", "3-0-12"), ("A座1001", "A-1001"), ("b1-023", "B1-23"),
    ("B1－023", "B1-023"), ("负一层023", "B1-023"), ("负1-023", "B1-023"), ("十二栋二单元一八零三", "12-2-1803"),
    ("一百零八栋", "108-1-101"), ("二十号楼", "20-1-101"), ("12栋2单元1803A", "12-2-1803A"),
])  # fmt: skip
def test_shops_towers_and_basements(query, label):
    assert finds(query, Document(units=(label,)))


@pytest.mark.parametrize(
    "text", ["", "吴学文", "李三门", "甘A12345", "13912345679", "1-2-3-4", "620102199001011234", "abc"]
)
def test_not_a_unit(text):
    assert normalise_unit(text) is None


def test_a_unit_is_neither_a_phone_nor_a_code():
    assert not finds("1-1-1001", Document(phones=("13911111001",), codes=("111001",)))


def test_a_label_in_words_is_found_like_a_name():
    assert finds("车库", Document(units=("地下车库东区",)))


# Plates, codes, ID numbers


@pytest.mark.parametrize(
    "query", ["甘A", "甘a1", "甘A·12345", "甘A 12345", "甘 A12345", "12345", "A12345", "345", "甘Ａ１２"]
)
def test_plates(query):
    assert finds(query, Document(plates=("甘A·12345",)))


@pytest.mark.parametrize("query", ["甘B", "1234", "45", "甘A12346"])
def test_other_plates(query):
    assert not finds(query, Document(plates=("甘A12345",)))


@pytest.mark.parametrize(
    "query", ["2012鸿借字第001号", "2012鸿借字第1", "2012", "鸿借字001", "字001号", "A-003821", "a003", "3821"]
)
def test_codes(query):
    document = Document(codes=("2012鸿借字第001号", "A-003821"))
    assert finds(query, document) == (query != "2012鸿借字第1")


def test_long_codes_are_checked():
    document = Document(codes=("91620100MA72ABCD1X",))
    assert finds("91620100ma72abcd1x", document)
    assert not finds("91620100ma72abcd2x", document)


@pytest.mark.parametrize(
    "text", ["620102199001011234", "62010219900101123x", "620102 19900101 123X", "620102900101123"]
)
def test_an_id_number_makes_no_tokens(text):
    query = parse_query(text)
    assert query.id_number == text.replace(" ", "").upper()
    assert query.alternatives == ()
    assert query.id_number not in repr(query)


def test_a_credit_code_of_digits_may_be_both():
    query = parse_query("916201007102575421")
    assert query.id_number
    assert query.alternatives


@pytest.mark.parametrize("text", ["吴学文", "13912345679", "62010219900101", "12-2-1803"])
def test_not_an_id_number(text):
    assert parse_query(text).id_number is None


def test_blind_indexes_are_tokens():
    assert tokens_of(Document(id_indexes=("a1b2",))) == {"i:a1b2"}


# Several words


WU = Document(names=("吴学文",), phones=("13912345679",), units=("1-1-1001",), plates=("甘A12345",))


@pytest.mark.parametrize(
    "query", ["吴 1-1", "吴 1001", "wxw 5679", "吴学文 139", "wu 1001 5679", "1001 5679", "吴　1栋", "吴 甘A"]
)
def test_all_words_must_match(query):
    assert finds(query, WU)


@pytest.mark.parametrize("query", ["吴 2-1", "李 1-1", "吴学文 138", "wu 1001 5678", "吴1-2-1001"])
def test_one_word_that_does_not_match(query):
    assert not finds(query, WU)


@pytest.mark.parametrize("query", ["吴1-1-1001", "天庆12栋2单元1803", "天庆12-2-1803"])
def test_name_and_unit_written_together(query):
    assert finds(query, WU) or finds(query, Document(names=("天庆花园",), units=("12-2-1803",)))


@pytest.mark.parametrize("query", ["", "   ", "·", "-", "（）"])
def test_nothing_typed(query):
    assert parse_query(query).alternatives == ()


@given(st.text(max_size=40))
def test_any_text_is_a_bounded_query(text):
    alternatives = parse_query(text).alternatives
    assert len(alternatives) <= 120
    assert all(each.tokens for each in alternatives)
    assert [each.weight for each in alternatives] == sorted((each.weight for each in alternatives), reverse=True)


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_text_can_be_stored_and_marked(text, query):
    tokens_of(Document(names=(text,), phones=(text,), plates=(text,), units=(text,), codes=(text,)))
    assert "".join(piece for piece, _ in mark(text, query)) == text


# Size


@given(st.text(ONE_READING, min_size=2, max_size=3), mobiles, buildings, entrances, numbers)
def test_an_ordinary_person_has_few_tokens(name, mobile, building, entrance, number):
    label = f"{building}-{entrance}-{number}"
    document = Document(names=(name,), phones=(mobile,), units=(label,), plates=("甘A12345",), id_indexes=("x",))
    assert len(tokens_of(document)) <= 120


@given(st.text(ONE_READING_COMPANY, min_size=5, max_size=24), landlines, mobiles)
def test_a_company_has_not_too_many(name, landline, mobile):
    document = Document(names=(name,), phones=(landline, mobile), units=("3-0-12",), codes=("91620100MA72ABCD1X",))
    assert len(tokens_of(document)) <= 450


# Marks


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("吴学文", "学文", "学文"),
        ("吴学文", "xuew", "学文"),
        ("吴学文", "wxw", "吴学文"),
        ("139 1234 5679", "5679", "5679"),
        ("139 1234 5679", "12345679", "1234 5679"),
        ("12-2-1803", "12栋2单元1803", "12-2-1803"),
        ("12-2-1803", "12-1803", "12|1803"),
        ("12-2-1803", "1803", "1803"),
        ("甘A·12345", "甘a123", "甘A·123"),
        ("欧阳·晓明", "阳晓", "阳·晓"),
        ("吴学文", "李", ""),
        ("12-2-1803", "2-1803", "2-1803"),
        ("1-1-1001", "1-1-10", "1-1-10"),
        ("吴学文 1-1-1001", "吴 1001", "吴|1001"),
        ("曾丽", "zl", "曾丽"),
    ],
)
def test_marks(text, query, marked):
    assert "|".join(piece for piece, found in mark(text, query) if found) == marked


def test_short_names_are_not_candidates_for_long_pinyin():
    """They share six letters with long ones: only a long name has the piece that is asked for."""
    long, short = tokens_of(Document(names=("兰州王建国物业公司",))), tokens_of(Document(names=("王建国",)))
    checked = [
        each.tokens for each in parse_query("wangjianguowuye").alternatives if "p:wangjianguowuye" in each.checks
    ]
    assert any(tokens <= long for tokens in checked)
    assert all(any(token.startswith("q:") for token in tokens) for tokens in checked)
    assert not any(token.startswith("q:") for token in short)
