"""What is under way in a unit and does not end by itself when it changes hands: told, never hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session
from crm.properties.models import Unit
from crm.repairs.orders.models import ADDRESS as REPAIR
from crm.repairs.orders.queries import open_at
from crm.tenants.moving_out import Matter
from crm.violations.cases.models import ADDRESS as VIOLATION
from crm.violations.cases.models import UNSETTLED, Violation
from crm.violations.cases.queries import OPEN, violations

further: list[Callable[[Unit], Sequence[Matter]]] = []
"""Of packages beside this one, such as renovations; `crm.wiring` hands it over."""


def warned_of(unit: Unit) -> list[Matter]:
    return [matter for find in (_violations, _repairs, *further) for matter in find(unit)]


def _violations(unit: Unit) -> list[Matter]:
    if not actor().may(Permission.violation_read):
        return []
    there = within(Violation.estate_id), Violation.unit_id == unit.id
    found = violations().where(OPEN, Violation.state.in_(UNSETTLED), *there).order_by(Violation.id)
    return [
        Matter(about=f"{row.number} {row.type}", address=VIOLATION.format(row.id)) for row in session().execute(found)
    ]


def _repairs(unit: Unit) -> list[Matter]:
    if not actor().may(Permission.repair_read):
        return []
    rows = open_at(unit.id, None, estate_id=unit.estate_id)
    return [Matter(about=f"{row.number} {row.words}", address=REPAIR.format(row.id)) for row in rows]
