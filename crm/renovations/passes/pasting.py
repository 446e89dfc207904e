"""Workers as they are pasted from a sheet: a line each, with name, trade, ID number and telephone in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from crm.identity import id_number_fault, modern_id_number, tidy_number
from crm.phones import is_placeholder_phone, normalise_phone
from crm.renovations.passes.service import Person
from crm.web.identities import FAULT_TEXTS
from crm.web.lines import Fault
from crm.workbooks.cells import Sheet, as_text

MOST_LINES = 100
LONGEST_NAME, LONGEST_TRADE = 60, 40
HEADINGS = frozenset("姓名 名字 工人姓名 name".split())
_BREAK = re.compile(r"\t|[,，;；、|]|\s{2,}| (?=\S)")
_ID = re.compile(r"\d{14,17}[\dXx]|\d{15}", re.ASCII)
_DIGITS = re.compile(r"[\d\-+() ]{7,20}", re.ASCII)


class _Wrong(Exception):
    """What is wrong with a line, in words."""


def lines_of(sheet: Sheet) -> str:
    """A workbook's first sheet as if it had been pasted."""
    return "\n".join("\t".join(as_text(cell) for cell in row) for row in sheet.rows)


def read(text: str, day: date) -> tuple[list[Person], list[Fault]]:
    """Whom the lines name, and each bad line with what is wrong with it. A heading on top is left out."""
    people, faults = list[Person](), list[Fault]()
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in _BREAK.split(line) if part and part.strip()]
        if not parts or parts[0].casefold() in HEADINGS or _is_counter(parts):
            continue
        try:
            people.append(_person(parts, day))
        except _Wrong as wrong:
            faults.append(Fault(number, " ".join(parts)[:40], str(wrong)))
    return people, faults


def _is_counter(parts: Sequence[str]) -> bool:
    """序号 in front of the headings."""
    return len(parts) > 1 and not parts[0].isdecimal() and parts[1].casefold() in HEADINGS


def _person(parts: Sequence[str], day: date) -> Person:
    """A short number in front is the sheet's own count of its lines."""
    rest = list(parts[1:] if parts[0].isdecimal() and len(parts[0]) < 4 and len(parts) > 1 else parts)
    id_number = _taken(rest, _ID)
    phone = _taken(rest, _DIGITS)
    if not rest:
        raise _Wrong(_("No name stands in it."))
    if len(rest) > 2:
        raise _Wrong(_("Write name, trade, ID number and telephone; nothing more."))
    name, trade = [*rest, ""][:2]
    if len(name) > LONGEST_NAME or len(trade) > LONGEST_TRADE:
        raise _Wrong(_("The name or the trade is too long."))
    if any(character.isdigit() for character in name):
        raise _Wrong(_("A name holds no digits. Look at the ID number and the telephone."))
    return Person(name=name, trade=trade, id_number=_identity(id_number, day), phone=_phone(phone))


def _taken(parts: list[str], form: re.Pattern[str]) -> str:
    """The first part of that form, taken out; "" where there is none."""
    found = next((part for part in parts if form.fullmatch(tidy_number(part))), "")
    if found:
        parts.remove(found)
    return found


def _identity(text: str, day: date) -> str:
    if not text:
        return ""
    if fault := id_number_fault(text, day):
        raise _Wrong(str(FAULT_TEXTS[fault]))
    return modern_id_number(text)


def _phone(text: str) -> str:
    if not text:
        return ""
    digits = normalise_phone(text)
    if not digits or is_placeholder_phone(digits):
        raise _Wrong(_("%(number)s is no telephone number.", number=text))
    return digits
