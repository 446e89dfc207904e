"""The violations of a customer or of a unit, where others show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.correspondence.letters.matters import Matter
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import Customer
from crm.tenants.queries import in_file
from crm.tenants.tabs import Tab
from crm.tenants.unfiled import Unfiled
from crm.violations.cases import queries
from crm.violations.cases.models import ADDRESS, SETTLEMENT_TITLES, STATE_TITLES, STATE_TONES, Violation
from crm.violations.cases.wording import left_in_words, tone_of

SHOWN = 100  # the latest; the list of violations has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    row: Any
    url: str
    place: str
    state: Any
    tone: str
    left: str
    left_tone: str
    settlement: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Open ones first, then the latest; `new_url`: the form of another one, "" for whoever notes none."""

    cases: Sequence[Case]
    new_url: str


def of_customer(customer: Customer) -> Cases:
    return _cases(in_file(Violation.customer_id, customer.id), customer_id=customer.id)


def of_unit(unit: Unit) -> Cases:
    return _cases(Violation.unit_id == unit.id, unit_id=unit.id)


def _cases(condition: Any, **about: Any) -> Cases:
    found = queries.violations(within(Violation.estate_id)).where(condition)
    latest = found.order_by(queries.OPEN.desc(), Violation.noted_at.desc(), Violation.id.desc())
    return Cases(
        cases=shown(session().execute(latest.limit(SHOWN)).all()),
        new_url=url_for("violation_intake.new", **about) if actor().may(Permission.violation_log) else "",
    )


def shown(rows: Sequence[Any]) -> list[Case]:
    """Rows of `queries.violations` as lists of them draw them."""
    today = business_day()
    return [
        Case(
            row=row,
            url=ADDRESS.format(row.id),
            place=queries.place_of(row),
            state=STATE_TITLES[row.state],
            tone=STATE_TONES[row.state],
            left=left_in_words(row, today),
            left_tone=tone_of(row, today),
            settlement=SETTLEMENT_TITLES[row.settlement] if row.settlement else "",
        )
        for row in rows
    ]


def matter(violation_id: int) -> Matter | None:
    """As what a letter is about, for whoever sees violations."""
    mine = Violation.id == violation_id, within(Violation.estate_id)
    number = session().scalar(select(Violation.number).where(*mine)) if actor().may(Permission.violation_read) else None
    return Matter(number, ADDRESS.format(violation_id)) if number else None


def unfiled() -> Unfiled:
    return Unfiled(
        title=_l("Violations"),
        condition=queries.UNFILED,
        estate_id=Violation.estate_id,
        since=Violation.filed_at,
        address="/violations/?state=unfiled",
    )


TAB = Tab(
    name="violations",
    title=_l("Violations"),
    permission=Permission.violation_read,
    section=of_customer,
    template="violations/_cases.html",
)
UNIT = Part(permission=Permission.violation_read, section=of_unit, template="violations/_cases.html")
