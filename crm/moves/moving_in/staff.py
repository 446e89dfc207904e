"""A company's staff as it is pasted or comes in a workbook: a line each, the name first, then the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.phones import is_placeholder_phone, normalise_phone
from crm.tenants.models import MemberRole

MOST = 500  # people of one list
LONGEST_NAME = 60
TOLD = 5  # faults that are told
HEADINGS = ("姓名", "名字", "name")
_SIGNS, _BLANKS = re.compile(r"[\t,，;；]"), re.compile(r"\s+")
ROLES = {
    "法定代表人": MemberRole.legal_representative,
    "法人": MemberRole.legal_representative,
    "经理": MemberRole.manager,
    "负责人": MemberRole.manager,
    "财务": MemberRole.finance,
    "会计": MemberRole.finance,
    "出纳": MemberRole.finance,
    "联系人": MemberRole.contact,
    "行政": MemberRole.contact,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    phone: str = ""
    role: MemberRole = MemberRole.employee


def pasted(text: str) -> list[Person]:
    """Raises `DomainError` that names the bad lines."""
    return people([_cells(line.strip()) for line in text.splitlines()])


def _cells(line: str) -> list[str]:
    """Cut at tabs and commas; where there are none, at blanks."""
    sign = _SIGNS if _SIGNS.search(line) else _BLANKS
    return [part.strip() for part in sign.split(line)]


def people(rows: Sequence[Sequence[str]]) -> list[Person]:
    """Of rows of cells; an empty row and one of headings is none."""
    found, faults = list[Person](), list[str]()
    for number, row in enumerate(rows, start=1):
        cells = [cell for cell in row if cell]
        if not cells or cells[0].lower() in HEADINGS:
            continue
        person, fault = _person(cells)
        if fault:
            faults.append(_("Line %(number)s: %(reason)s", number=number, reason=fault))
        else:
            found.append(person)
    if len(found) > MOST:
        faults.append(_("At most %(most)s people at once.", most=MOST))
    if faults:
        raise DomainError(" ".join(faults[:TOLD]))
    return found


def _person(cells: Sequence[str]) -> tuple[Person, str]:
    name, *rest = cells
    phone, role = "", MemberRole.employee
    if normalise_phone(name) or len(name) > LONGEST_NAME:
        return Person(name=""), _("the name comes first.")
    for cell in rest:
        digits = normalise_phone(cell)
        if digits and not is_placeholder_phone(digits):
            phone = digits
        elif any(sign.isdigit() for sign in cell):
            return Person(name=""), _("“%(words)s” is no telephone number.", words=cell)
        else:
            role = next((known for word, known in ROLES.items() if word in cell), role)
    return Person(name=name, phone=phone, role=role), ""
