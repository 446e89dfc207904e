import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.phones import domestic_digits, is_placeholder_phone, local_part, mask_phone, normalise_phone


@pytest.mark.parametrize(
    "written",
    ["13912345679", "139 1234 5679", "139-1234-5679", "+86 139 1234 5679", "+8613912345679", "0086-13912345679",
     "8613912345679", "(139)12345679", "１３９１２３４５６７９", "013912345679", " 13912345679.0 ", "139.1234.5679",
     "13912345679转12", "+86(0)13912345679"],
)  # fmt: skip
def test_spellings_of_a_mobile(written):
    assert normalise_phone(written) == "13912345679"


@pytest.mark.parametrize(
    "written",
    ["0931-8412345", "（0931）8412345", "0931 8412345", "+86 931 8412345", "+86-0931-8412345", "0931—8412345转801",
     "0931-8412345-801", "0931-8412345 ext. 12", "09318412345"],
)  # fmt: skip
def test_spellings_of_a_landline(written):
    assert normalise_phone(written) == "09318412345"


@pytest.mark.parametrize(
    ("written", "digits"),
    [("010-84123456", "01084123456"), ("8412345", "8412345"), ("400-812-3124", "4008123124"), ("95588", "95588"),
     ("+852 9123 4567", "0085291234567")],
)  # fmt: skip
def test_other_numbers(written, digits):
    assert normalise_phone(written) == digits


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "139",
        "139123456",
        "12012345678901",
        "139123456789",
        "13912345679、13812345670",
        "1-1-1001",
        "甘A12345",
    ],
)
def test_not_a_number(text):
    assert normalise_phone(text) == ""


@pytest.mark.parametrize(
    "digits",
    ["18999999999", "13800000000", "12345678901", "00000000000", "11111111111", "13800138000", "13912345678",
     "09310000000", "13011111111"],
)  # fmt: skip
def test_placeholders_are_numbers_to_be_named(digits):
    assert is_placeholder_phone(digits)
    assert normalise_phone(digits) == digits


@pytest.mark.parametrize("digits", ["13912345679", "13888888888", "18666666666", "09318888888", "8412345", "95588"])
def test_bought_and_ordinary_numbers_are_no_placeholders(digits):
    assert not is_placeholder_phone(digits)


@pytest.mark.parametrize(
    ("digits", "masked"),
    [("13912345678", "139****5678"), ("09311234567", "0931-***4567"), ("01084123456", "010-****3456"),
     ("8412345", "***2345"), ("95588", "***88"), ("", "")],
)  # fmt: skip
def test_masked(digits, masked):
    assert mask_phone(digits) == masked


def test_beginnings_keep_their_digits():
    assert domestic_digits("+86 139 12") == "13912"
    assert domestic_digits("139-") == "139"
    assert domestic_digits("A139") == ""
    assert local_part("09318412345") == "8412345"
    assert local_part("13912345679") == ""


@given(st.from_regex(r"1[3-9][0-9]{9}|0931[2-8][0-9]{6}|010[2-8][0-9]{7}", fullmatch=True))
def test_normal_form_is_stable(digits):
    assert normalise_phone(digits) == digits
    assert normalise_phone(f"+86 {digits[:3]} {digits[3:7]}-{digits[7:]}") == digits


@given(st.text(max_size=20))
def test_any_text_gives_digits_or_nothing(text):
    digits = normalise_phone(text)
    assert digits == "" or (digits.isdecimal() and normalise_phone(digits) == digits)
