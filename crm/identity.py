"""Identity numbers: resident ID numbers (GB 11643-1999) and unified social credit codes (GB 32100-2015).

Pure functions over text. A fault is a short English message for `gettext`, "" when there is none. Of passports and of
the permits of Hong Kong, Macau and Taiwan residents only the form is judged: they have no check digit we know.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Literal

Sex = Literal["male", "female"]


class Paper(StrEnum):
    """What a person shows who they are with."""

    resident = "resident"
    passport = "passport"
    home_return = "home_return"  # 港澳居民来往内地通行证
    taiwan = "taiwan"  # 台湾居民来往大陆通行证
    foreigner = "foreigner"  # 外国人永久居留身份证


def _msgid(text: str) -> str:
    """Marks a text for the catalogue; whoever shows it translates it."""
    return text


PLACEHOLDER = _msgid("This is a placeholder, not an ID number.")
ID_LENGTH = _msgid("An ID number has 17 digits and then a digit or X.")
ID_AREA = _msgid("The area code of the ID number does not exist.")
ID_BIRTH = _msgid("The ID number holds no possible date of birth.")
ID_FUTURE = _msgid("The date of birth in the ID number lies in the future.")
ID_CHECK = _msgid("The check digit of the ID number is wrong.")
CREDIT_LENGTH = _msgid("A credit code has 18 characters: digits and capital letters without I, O, S, V and Z.")
CREDIT_AREA = _msgid("The area code of the credit code is not six digits.")
CREDIT_CHECK = _msgid("The check character of the credit code is wrong.")
PASSPORT_FORM = _msgid("A passport number has 6 to 9 digits and capital letters, such as E12345678.")
HOME_RETURN_FORM = _msgid("The number of this permit is H or M and then 8 or 10 digits.")
TAIWAN_FORM = _msgid("The number of this permit has 8 or 10 digits.")
FOREIGNER_FORM = _msgid("The number of this card has 18 characters and begins with 9, or has 3 letters and 12 digits.")
FAULTS = (
    *(PLACEHOLDER, ID_LENGTH, ID_AREA, ID_BIRTH, ID_FUTURE, ID_CHECK, CREDIT_LENGTH, CREDIT_AREA, CREDIT_CHECK),
    *(PASSPORT_FORM, HOME_RETURN_FORM, TAIWAN_FORM, FOREIGNER_FORM),
)

_FORMS = {  # of the other papers: what their numbers look like, and what is said to others
    Paper.passport: (re.compile(r"(?=.*\d)[A-Z\d]{6,9}", re.ASCII), PASSPORT_FORM),
    Paper.home_return: (re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII), HOME_RETURN_FORM),
    Paper.taiwan: (re.compile(r"\d{8}(\d{2})?", re.ASCII), TAIWAN_FORM),
    Paper.foreigner: (re.compile(r"9\d{16}[\dX]|[A-Z]{3}\d{12}", re.ASCII), FOREIGNER_FORM),
}

_ID_WEIGHTS = tuple(2 ** (17 - place) % 11 for place in range(17))
_ID_CHECKS = "10X98765432"
# GB/T 2260 provinces; 81 to 83 stand in the residence permits of Hong Kong, Macau and Taiwan residents.
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {character: value for value, character in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = tuple(3**place % 31 for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_UNKNOWN_WORDS = frozenset("无 未知 不详 暂无 没有 未提供 待补 待补充 NONE NULL N/A NA".split())
_DIGIT_RUN = "01234567890123456789012345678901"


def tidy_number(text: str) -> str:
    """What is judged and should be stored: no spaces, full-width characters narrowed, capital letters."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_character(first17: str) -> str:
    """The 18th character of a resident ID number, "0" to "9" or "X". Source: GB 11643-1999, ISO 7064 MOD 11-2."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def id_number_fault(text: str, today: date) -> str:
    """Why this is no resident ID number, or "". Old numbers of 15 digits, which have no check digit, may pass."""
    number = tidy_number(text)
    if is_placeholder_id(number):
        return PLACEHOLDER
    if not _has_id_shape(number):
        return ID_LENGTH
    return _area_fault(number) or _birth_fault(number, today) or _check_fault(number)


def paper_fault(paper: Paper, text: str, today: date) -> str:
    """Why this is no number of such a paper, or ""."""
    if paper is Paper.resident:
        return id_number_fault(text, today)
    number, (form, said) = tidy_number(text), _FORMS[paper]
    if is_placeholder_id(number):
        return PLACEHOLDER
    if not form.fullmatch(number):
        return said
    return (_birth_fault(number, today) or _check_fault(number)) if _has_id_shape(number) else ""


def is_placeholder_id(text: str) -> bool:
    """Whether somebody typed "not known" in the shape of a number: 111111111111111111, 123456789012345678, 无, ---."""
    number = tidy_number(text)
    if not number.isascii() or not any(character.isdigit() for character in number):
        return number in _UNKNOWN_WORDS or (number != "" and set(number) <= set("-—/.*?、X"))
    digits = number.removesuffix("X")
    return len(digits) > 1 and (len(set(digits)) == 1 or digits in _DIGIT_RUN or digits[::-1] in _DIGIT_RUN)


def birth_date(id_number: str) -> date:
    """The date of birth in a number of 18 or 15 characters; raises ValueError when there is none."""
    number = tidy_number(id_number)
    if not _has_id_shape(number):
        raise ValueError(ID_LENGTH)
    digits = number[6:14] if len(number) == 18 else "19" + number[6:12]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def sex_of(id_number: str) -> Sex:
    """Odd order numbers are men's, even ones women's; raises ValueError for a text of another shape."""
    number = tidy_number(id_number)
    if not _has_id_shape(number):
        raise ValueError(ID_LENGTH)
    return "male" if int(number[16 if len(number) == 18 else 14]) % 2 else "female"


def modern_id_number(old: str) -> str:
    """The 18 characters of an old number of 15 digits; a number that has 18 already comes back tidied."""
    number = tidy_number(old)
    if len(number) != 15:
        return number
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_character(first17)


def mask_id_number(text: str) -> str:
    """Area and tail stay, the birthday goes: 632126********2056. Shorter papers keep two characters at each end."""
    number = tidy_number(text)
    if len(number) >= 15:
        return _masked(number, head=6, tail=max(3, min(4, len(number) - 14)))
    return _masked(number, head=2, tail=2) if len(number) > 5 else "*" * len(number)


def credit_check_character(first17: str) -> str:
    """The 18th character of a unified social credit code. Source: GB 32100-2015. KeyError on a letter not allowed."""
    total = sum(_CREDIT_VALUES[letter] * weight for letter, weight in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    """The ninth character of the organisation code inside a credit code (places 9 to 17). Source: GB 11714-1997."""
    total = sum(int(letter, 36) * weight for letter, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def credit_code_fault(text: str) -> str:
    """Why this is no unified social credit code, or ""."""
    code = tidy_number(text)
    if len(code) != 18 or not set(code) <= set(_CREDIT_ALPHABET):
        return CREDIT_LENGTH
    if not code[2:8].isdigit():
        return CREDIT_AREA
    return "" if credit_check_character(code[:17]) == code[17] else CREDIT_CHECK


def _has_id_shape(number: str) -> bool:
    digits = number.removesuffix("X") if len(number) == 18 else number
    # isdigit alone would take Arabic-Indic digits too.
    return len(number) in (15, 18) and number.isascii() and digits.isdigit()


def _area_fault(number: str) -> str:
    return "" if number[:2] in _PROVINCES else ID_AREA


def _birth_fault(number: str, today: date) -> str:
    try:
        born = birth_date(number)
    except ValueError:
        return ID_BIRTH
    return ID_FUTURE if born > today else ""


def _check_fault(number: str) -> str:
    return "" if len(number) == 15 or check_character(number[:17]) == number[17] else ID_CHECK


def _masked(number: str, *, head: int, tail: int) -> str:
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
