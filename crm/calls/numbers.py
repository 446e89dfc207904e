"""A caller's number as telephones, switchboards and soft-phones hand it over. Pure functions.

Beside the spellings people use (`crm.phones`) a telephone adds the digit dialled for an outside line (9 or 0),
the prefix of a cheaper carrier, an address form (tel:, sip:), or leaves the area code out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from crm.phones import is_placeholder_phone, local_part, normalise_phone

_SCHEME = re.compile(r"^(?:tel|sips?|callto|phone):(?://)?")
_PARAMETERS = re.compile(r"[;?@].*$")
_EXTENSION = re.compile(r"(?<=\d)[\s(,]*(?:转|分机|ext(?:ension)?\.?|x|[,;pw]+)[\s:.]*\d{1,6}\s*\)?$")
_OUTSIDE = re.compile(r"^[\s(]*[90][\s,\-)]*(?=[\d+(])")
_CARRIERS = re.compile(r"^(?:179\d\d|125\d\d|101\d\d)(?=\d{10})")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_WITHOUT_TRUNK_ZERO = re.compile(r"86((?:10|2\d|[3-9]\d{2})[2-8]\d{6,7})")
AREA_CODES = ("010", *(f"02{n}" for n in range(10)), *(f"0{n}" for n in range(310, 1000)))


def candidates(text: str, area_codes: Iterable[str] = ()) -> list[str]:
    """The numbers it may be, as files keep them, the likeliest first; [] when it is none.

    `area_codes` are those a caller nearby leaves out. A placeholder such as 13800138000 is nobody's number.
    """
    written = _bare(text)
    nearby = list(area_codes)
    found = (full for reading in _readings(written) for full in _as_kept(reading, nearby))
    return [digits for digits in dict.fromkeys(found) if not is_placeholder_phone(digits)]


def area_code(phone: str) -> str:
    """0731 of 0731-88123456; "" of any number without one."""
    digits = normalise_phone(phone)
    local = local_part(digits)
    return digits.removesuffix(local) if local else ""


def _bare(text: str) -> str:
    """Without address form, parameters and extension."""
    written = unicodedata.normalize("NFKC", unquote(text)).strip().lower()
    scheme = _SCHEME.match(written)
    if scheme:
        written = _PARAMETERS.sub("", written[scheme.end() :])
    return _EXTENSION.sub("", written.strip().rstrip("#*,; "))


def _readings(written: str) -> Iterator[str]:
    """The number itself, then as it would be without what was dialled before it."""
    yield normalise_phone(written)
    digits = ("00" if written.startswith("+") else "") + re.sub(r"\D", "", written)
    yield normalise_phone(digits)
    if abroad := _WITHOUT_TRUNK_ZERO.fullmatch(digits):
        yield normalise_phone(f"0{abroad[1]}")
    yield normalise_phone(_CARRIERS.sub("", digits))
    if outside := _OUTSIDE.match(written):
        rest = written[outside.end() :]
        yield normalise_phone(rest)
        yield normalise_phone(_CARRIERS.sub("", re.sub(r"\D", "", rest)))


def _as_kept(digits: str, area_codes: list[str]) -> Iterator[str]:
    """A file may hold a landline with its area code or without."""
    if not digits:
        return
    yield digits
    if _LOCAL.fullmatch(digits):
        yield from (f"{code}{digits}" for code in area_codes)
    elif local := local_part(digits):
        yield local
