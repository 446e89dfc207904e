"""How companies write where a unit is: 3-1-502, 3栋1单元502室, or building, entrance and number in columns of their own."""

from __future__ import annotations

import re
import unicodedata

from crm.properties.models import unit_label

_WHOLE_LABEL = re.compile(
    r"(?P<building>[0-9A-Za-z一二三四五六七八九十]+)(?:号楼|号|栋|幢|座|楼|#|[-–—/])"
    r"(?:(?P<entrance>[0-9一二三四五六七八九十]+)(?:单元|[-–—/]))?(?P<number>[0-9A-Za-z]+)(?:室|号|房)?"
)
_SUFFIXES = {
    "building": re.compile(r"(?<=.)(号楼|号栋|栋楼|号|栋|幢|座|楼|#)$"),
    "entrance": re.compile(r"(?<=.)(号?单元|单|号门|门|号)$"),
    "number": re.compile(r"(?<=[0-9A-Za-z])(室|号房?|房)$"),
}
_NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")}
_NUMERAL = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?|([一二三四五六七八九])")


def plain_part(text: str, part: str) -> str:
    """1号楼 -> 1, 二单元 -> 2, 01 -> 1, A座 -> A; unit numbers keep their zeros."""
    word = _SUFFIXES[part].sub("", "".join(unicodedata.normalize("NFKC", text).split()))
    if found := _NUMERAL.fullmatch(word):
        tens, ones, alone = (_NUMERALS.get(numeral or "", 0) for numeral in found.groups())
        return str(alone or (tens or 1) * 10 + ones)
    return str(int(word)) if part != "number" and word.isascii() and word.isdigit() else word


def address(building: str, entrance: str, number: str) -> tuple[str, str, str]:
    """Building, entrance ("0" where there is none) and number; `number` may hold all three. What is missing is ""."""
    whole = _WHOLE_LABEL.fullmatch(number) if not building else None
    if whole:
        building, entrance, number = whole["building"], whole["entrance"] or entrance, whole["number"]
    building, entrance = plain_part(building, "building"), plain_part(entrance, "entrance") or "0"
    prefix = unit_label(building, entrance, "")
    return building, entrance, plain_part(number, "number").removeprefix(prefix) or number
