"""Telephone numbers as people write them, and the digits we keep. Pure functions.

Shapes: the numbering plan of the mainland (电信网编号计划): mobiles 1[3-9] and 11 digits, area codes 010, 02x and
0xxx, subscriber numbers of 7 or 8 digits, 400/800 numbers, hotlines 9xxxx; others with 00 and the country code.
"""

from __future__ import annotations

import re
import unicodedata

_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|,)\s*\d{1,6}$|(?<=\d{7})\s*[-#*]\s*\d{1,5}$")
_EXCEL_FLOAT = re.compile(r"(?<=\d{5})\.0+$")
_SEPARATORS = re.compile(r"[\s().\-‐-―−·/]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_OTHER = re.compile(r"[2-8]\d{6,7}|[48]00\d{7}|9\d{4,7}|00[1-9]\d{6,13}")

# Filled in where nobody asked: the top-up service of China Mobile, and fingers running along the keys.
_KNOWN_FILLERS = {"13800138000", "1234567", "12345678", "123456789", "1234567890", "12345678900", "12345678901"}
_FILLER_TAIL = re.compile(r"([019])\1{6,7}|12345678")


def normalise_phone(text: str) -> str:
    """The digits of one number as we keep them, or "" when the text is not a telephone number.

    Mobiles have 11 digits, landlines keep their area code with its 0, foreign numbers begin with 00. The country
    code 86 and an extension are dropped: whoever needs the extension keeps the text as well. A placeholder such
    as 00000000000 is returned like a number, so that the review can name it; see `is_placeholder_phone`.
    """
    written = _EXCEL_FLOAT.sub("", unicodedata.normalize("NFKC", text).strip().lower())
    digits = domestic_digits(written)
    if not _MOBILE.fullmatch(digits):
        digits = domestic_digits(_EXTENSION.sub("", written))
    return digits if _is_number(digits) or is_placeholder_phone(digits) else ""


def domestic_digits(text: str) -> str:
    """The digits of a number or of its beginning without separators and country code; "" if there is anything else."""
    written = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    called = re.sub(r"^\+", "00", written)
    if not re.fullmatch(r"[0-9]+", called):
        return ""
    if called.startswith("0086"):
        return _with_trunk_zero(called[4:])
    if called.startswith("86") and _is_number(called[2:]) and len(called) > 11:
        return called[2:]
    return called[1:] if called.startswith("0") and _MOBILE.fullmatch(called[1:]) else called


def is_placeholder_phone(digits: str) -> bool:
    """Whether somebody filled the field instead of asking: 18999999999, 13800000000, 12345678901, 00000000000.

    All digits equal, a known filler, or a subscriber number of nothing but 0, 1 or 9 or the keys 1 to 8 in order.
    Rows of 6 and 8 are not suspected: such numbers are bought, and their owners exist.
    """
    if len(digits) >= 5 and len(set(digits)) == 1:
        return True
    return digits in _KNOWN_FILLERS or bool(_FILLER_TAIL.fullmatch(_subscriber(digits)))


def mask_phone(digits: str) -> str:
    """For lists: 139****5678, 0931-***4567, ****4567; the last two digits of anything shorter than 7."""
    if _MOBILE.fullmatch(digits):
        return f"{digits[:3]}****{digits[-4:]}"
    if landline := _LANDLINE.fullmatch(digits):
        return f"{landline[1]}-{'*' * (len(landline[2]) - 4)}{digits[-4:]}"
    shown = 4 if len(digits) >= 7 else 2
    return "*" * (len(digits) - shown) + digits[-shown:]


def local_part(digits: str) -> str:
    """What a neighbour dials: a landline without its area code; "" for any other number."""
    landline = _LANDLINE.fullmatch(digits)
    return landline[2] if landline else ""


def _is_number(digits: str) -> bool:
    return any(shape.fullmatch(digits) for shape in (_MOBILE, _LANDLINE, _OTHER))


def _with_trunk_zero(digits: str) -> str:
    """After +86 an area code has lost its 0: +86 931 1234567."""
    if not _is_number(digits) and _LANDLINE.fullmatch(f"0{digits}"):
        return f"0{digits}"
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    return digits


def _subscriber(digits: str) -> str:
    return local_part(digits) or (digits[3:] if len(digits) == 11 else "")
