"""The people a row names: several in one cell are paired with their phones and ID numbers by position."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.identity import (
    Paper,
    credit_code_fault,
    id_number_fault,
    is_placeholder_id,
    modern_id_number,
    paper_fault,
    tidy_number,
)
from crm.imports.drafting.row import Row
from crm.imports.understanding import values
from crm.phones import is_placeholder_phone, normalise_phone
from crm.tenants.models import CustomerKind, Sex
from crm.workbooks import readers
from crm.workbooks.cells import Cell, CellFault, as_text
from crm.workbooks.readers import SEPARATORS, UNKNOWN_WORDS, Wrong

MEMBERS = frozenset({"family", "spouse", "child", "parent", "sibling"})
EMPTY_NAMES = frozenset({"空置", "空房", "未售", "空闲", "待售", "无业主"})
OTHER_PAPERS = re.compile(r"[A-Z]{1,3}\d{6,10}")  # passports and permits: no check digit we may judge
PLATE = re.compile(r"[一-鿿A-Z0-9]{5,9}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

FACT_READERS: dict[str, Callable[[Cell], Any]] = {
    "sex": readers.one_of(values.SEXES),
    "born": readers.day,
    "company_nature": readers.known_text,
    "legal_representative": readers.known_text,
    "headcount": readers.whole(0, 1_000_000),
}


@dataclass(slots=True)
class Person:
    """`role`: what the row calls this person; `facts`: columns of `Customer` the file fills."""

    name: str
    role: str
    kind: CustomerKind
    kind_said: bool = False
    phones: list[str] = field(default_factory=list)
    id_number: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_member(self) -> bool:
        return self.role in MEMBERS


def persons(row: Row, today: date) -> list[Person]:
    """Everybody the row names; the facts of a row belong to the first of them."""
    role = (row.read("role", readers.one_of(values.ROLES)) or "owner") if row.has("role") else "owner"
    found = _named(row, "name", role)
    if found:
        _share_out(row, found, today)
        _add_facts(row, found[0])
    elif stray := _stray(row):
        row.refuse("name", _("There is a phone or an ID number but no name. Fill in the name."), stray)
    tenants = _named(row, "tenant_name", "tenant")
    if tenants:
        _spread(tenants, phones(row, "tenant_phone"))
    return found + tenants


def _named(row: Row, field: str, role: str) -> list[Person]:
    names = [name for column in row.columns(field) for name in _names(row, field, column)]
    kind = row.read("customer_kind", readers.one_of(values.CUSTOMER_KINDS)) if field == "name" and names else None
    return [
        Person(name, role, CustomerKind(kind) if kind else _kind_of(name), kind_said=bool(kind))
        for name in dict.fromkeys(names)
    ]


def _names(row: Row, field: str, column: int) -> list[str]:
    cell = row.at(column)
    if isinstance(cell, CellFault):
        row.refuse(field, readers.fault_text(cell), str(cell))
        return []
    return [] if cell is None else [name for name in readers.parts(cell) if name not in EMPTY_NAMES]


def _kind_of(name: str) -> CustomerKind:
    return CustomerKind.company if readers.is_company(name) else CustomerKind.person


def _stray(row: Row) -> str:
    """A known phone or ID number that stands in a row without a name."""
    for name, unknown in (("phone", _no_phone), ("id_number", is_placeholder_id)):
        for part in SEPARATORS.split(as_text(row.cell(name))):
            if part.strip() and part.strip().casefold() not in UNKNOWN_WORDS and not unknown(part):
                return part.strip()
    return ""


def _no_phone(text: str) -> bool:
    digits = normalise_phone(text)
    return not digits or is_placeholder_phone(digits)


def _share_out(row: Row, found: list[Person], today: date) -> None:
    _spread(found, phones(row, "phone"))
    ids = [part.strip() for part in SEPARATORS.split(as_text(row.cell("id_number"))) if part.strip()]
    if isinstance(fault := row.cell("id_number"), CellFault):
        row.refuse("id_number", readers.fault_text(fault))
        return
    for position, text in enumerate(ids):
        if position < len(found):
            _take_id(row, found[position], text, today)
        else:
            row.refuse("id_number", _("There are more ID numbers than names. Give each person a row."), text)


def _spread(found: list[Person], numbers: list[str]) -> None:
    """One number each when they pair up; otherwise all belong to the first."""
    if len(numbers) == len(found):
        for person, number in zip(found, numbers, strict=True):
            person.phones += [number] if number else []
    else:
        found[0].phones += list(dict.fromkeys(number for number in numbers if number))


def phones(row: Row, field: str) -> list[str]:
    """The numbers of all phone columns in order; "" stands for one that is not known."""
    return [number for column in row.columns(field) for number in _phones_in(row, field, column)]


def _phones_in(row: Row, field: str, column: int) -> list[str]:
    cell = row.at(column)
    if isinstance(cell, CellFault):
        row.refuse(field, readers.fault_text(cell), str(cell))
        return []
    return [number for part in _phone_parts(as_text(cell)) if (number := _phone(row, field, part)) is not None]


def _phone_parts(text: str) -> list[str]:
    """Blanks part two numbers only where each is one by itself: 0931 1234567 is one number."""
    parts: list[str] = []
    for part in SEPARATORS.split(text):
        words = part.split()
        parts += words if len(words) > 1 and all(map(normalise_phone, words)) else [part.strip()] * bool(words)
    return parts


def _phone(row: Row, field: str, text: str) -> str | None:
    """Digits, "" for a placeholder, None for a refused text."""
    if text.casefold() in UNKNOWN_WORDS:
        return ""
    digits = normalise_phone(text)
    if not digits:
        row.refuse(field, _("This is no telephone number. A mobile number has 11 digits."), text)
        return None
    return "" if is_placeholder_phone(digits) else digits


def _take_id(row: Row, person: Person, text: str, today: date) -> None:
    number = tidy_number(text)
    if is_placeholder_id(number) or number.casefold() in UNKNOWN_WORDS:
        return
    if person.kind is CustomerKind.company and not credit_code_fault(number):
        person.facts["credit_code"] = number
    elif OTHER_PAPERS.fullmatch(number) or not paper_fault(Paper.foreigner, number, today):
        person.id_number = number
    elif fault := id_number_fault(number, today):
        row.refuse("id_number", _("%(fault)s Ask for the paper and correct it.", fault=_(fault)), text)
    else:
        person.id_number = modern_id_number(number)


def _add_facts(row: Row, person: Person) -> None:
    facts = row.said(FACT_READERS)
    if "sex" in facts:
        facts["sex"] = Sex(facts["sex"])
    if person.kind is CustomerKind.company:
        facts.pop("sex", None)  # whoever has no answer is told to write 男
        facts.pop("born", None)
    person.facts |= facts | _checked_facts(row)


def _checked_facts(row: Row) -> dict[str, str]:
    facts = {"email": row.read("email", _email), "credit_code": row.read("credit_code", _credit_code)}
    return {name: value for name, value in facts.items() if value}


def _email(cell: Cell) -> str:
    text = readers.known_text(cell)
    if text and not _EMAIL.fullmatch(text):
        raise Wrong(_("This is no e-mail address."))
    return text


def _credit_code(cell: Cell) -> str:
    code = tidy_number(readers.known_text(cell))
    if not code or is_placeholder_id(code):
        return ""
    if fault := credit_code_fault(code):
        raise Wrong(_(fault))
    return code


def plates(row: Row) -> list[str]:
    """The number plates of a row, without blanks and dots."""
    found = []
    for column in row.columns("plate"):
        cell = row.at(column)
        if isinstance(cell, CellFault):
            row.refuse("plate", readers.fault_text(cell), str(cell))
            continue
        for part in readers.parts(cell) if cell is not None else []:
            plate = re.sub(r"[\s·•.\-]+", "", part).upper()
            if PLATE.fullmatch(plate):
                found.append(plate)
            else:
                row.refuse("plate", _("This is no number plate."), part)
    return list(dict.fromkeys(found))
