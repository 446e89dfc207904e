"""ID numbers and credit codes. The specimens are those printed in GB 11643 and GB 32100."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import identity
from crm.identity import (
    Paper,
    birth_date,
    check_character,
    credit_check_character,
    credit_code_fault,
    id_number_fault,
    is_placeholder_id,
    mask_id_number,
    modern_id_number,
    paper_fault,
    sex_of,
)

TODAY = date(2026, 11, 24)
MAN, WOMAN, FIRM = (
    "11010519491231001" + check_character("11010519491231001"),
    "11010519491231002X",
    "91350100M000100Y43",
)

FOREIGNER = "91184019800102001" + check_character("91184019800102001")
first17s = st.builds(
    "110105{:%Y%m%d}{:03d}".format, st.dates(date(1900, 1, 1), TODAY), st.integers(min_value=0, max_value=999)
)


@pytest.mark.parametrize(
    "number", [WOMAN, "440524188001010014", " 110105 19491231002x", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_good_id_numbers(number: str) -> None:
    assert id_number_fault(number, TODAY) == ""


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110105194912310021", identity.ID_CHECK),
        ("11010519491231002", identity.ID_LENGTH),
        ("", identity.ID_LENGTH),
        ("E12345678", identity.ID_LENGTH),
        ("110105194912310X21", identity.ID_LENGTH),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢١", identity.ID_LENGTH),
        ("990105194912310026", identity.ID_AREA),
        ("110105194913310026", identity.ID_BIRTH),
        ("110105202702290026", identity.ID_BIRTH),
        ("110105202611250026", identity.ID_FUTURE),
        ("111111111111111111", identity.PLACEHOLDER),
        ("123456789012345678", identity.PLACEHOLDER),
    ],
)
def test_faults(number: str, fault: str) -> None:
    assert id_number_fault(number, TODAY) == fault


@pytest.mark.parametrize(
    ("paper", "good", "bad", "fault"),
    [
        (Paper.resident, WOMAN, "E12345678", identity.ID_LENGTH),
        (Paper.passport, " e12345678", "ABCDEFGH", identity.PASSPORT_FORM),
        (Paper.passport, "560023417", WOMAN, identity.PASSPORT_FORM),
        (Paper.passport, "Ｅ１２３４５６７９", "٣٤٥٦٧٨٩", identity.PASSPORT_FORM),
        (Paper.home_return, "H6000123401", "C60001234", identity.HOME_RETURN_FORM),
        (Paper.home_return, "M60001234", "H600012340", identity.HOME_RETURN_FORM),
        (Paper.taiwan, "02738495", "0273849", identity.TAIWAN_FORM),
        (Paper.taiwan, "0273849501", "00000000", identity.PLACEHOLDER),
        (Paper.foreigner, "USA110080010100", "USA11008001010", identity.FOREIGNER_FORM),
        (Paper.foreigner, FOREIGNER, MAN, identity.FOREIGNER_FORM),
        (Paper.foreigner, FOREIGNER, FOREIGNER[:17] + "Y", identity.FOREIGNER_FORM),
        (Paper.foreigner, FOREIGNER, FOREIGNER[:16] + "9" + FOREIGNER[17], identity.ID_CHECK),
        (Paper.foreigner, FOREIGNER, FOREIGNER[:10] + "1345" + FOREIGNER[14:], identity.ID_BIRTH),
    ],
)
def test_other_papers(paper: Paper, good: str, bad: str, fault: str) -> None:
    assert (paper_fault(paper, good, TODAY), paper_fault(paper, bad, TODAY)) == ("", fault)


def test_born_today_is_no_fault() -> None:
    first17 = "11010520261124002"
    assert id_number_fault(first17 + check_character(first17), TODAY) == ""


@given(first17s)
def test_one_wrong_digit_is_always_noticed(first17: str) -> None:
    number = first17 + check_character(first17)
    assert id_number_fault(number, TODAY) == ""
    for place in (0, 6, 11, 16):
        wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert id_number_fault(wrong, TODAY) != ""


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert id_number_fault(text, TODAY) in {"", *identity.FAULTS}
    assert credit_code_fault(text) in {"", *identity.FAULTS}
    assert len(mask_id_number(text)) == len(identity.tidy_number(text))


@pytest.mark.parametrize(
    "text",
    "000000000000000000 11111111111111111X 111111111111111 987654321098765432 无 不详 N/A --- / xxx none".split(),
)
def test_placeholders(text: str) -> None:
    assert is_placeholder_id(text)


@pytest.mark.parametrize("text", [WOMAN, "", "110105491231002", "E12345678", "7"])
def test_no_placeholders(text: str) -> None:
    assert not is_placeholder_id(text)


def test_what_a_number_tells() -> None:
    assert birth_date(WOMAN) == birth_date("110105491231002") == date(1949, 12, 31)
    assert (sex_of(MAN), sex_of(WOMAN), sex_of("110105491231002")) == ("male", "female", "female")


@pytest.mark.parametrize("text", ["", "E12345678", "1101051949123100"])
def test_what_other_papers_do_not_tell(text: str) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        birth_date(text)
    with pytest.raises(ValueError, match="17 digits"):
        sex_of(text)


def test_old_numbers() -> None:
    assert id_number_fault("110105491231002", TODAY) == ""
    assert modern_id_number("110105491231002") == WOMAN
    assert modern_id_number(WOMAN.lower()) == WOMAN


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("632126196203142056", "632126********2056"),
        ("110105491231002", "110105******002"),
        ("E12345678", "E1*****78"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert mask_id_number(text) == masked


def test_credit_codes() -> None:
    assert credit_code_fault(FIRM) == credit_code_fault(FIRM.lower()) == ""
    assert credit_check_character(FIRM[:17]) == "3"
    assert credit_code_fault(FIRM[:17] + "4") == identity.CREDIT_CHECK
    assert credit_code_fault(FIRM.replace("Y", "I")) == identity.CREDIT_LENGTH
    assert credit_code_fault(FIRM[:17]) == identity.CREDIT_LENGTH
    assert credit_code_fault("91A50100M000100Y43") == identity.CREDIT_AREA
