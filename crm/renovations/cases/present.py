"""The renovations of a customer or of a unit, where others show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.correspondence.letters.matters import Matter
from crm.dates import business_day
from crm.db import session
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.renovations.cases import queries
from crm.renovations.cases.models import ADDRESS, STATE_TITLES, STATE_TONES, Renovation
from crm.renovations.cases.wording import left_in_words, tone_of
from crm.tenants.models import Customer
from crm.tenants.ours import Thing
from crm.tenants.queries import File, in_file
from crm.tenants.tabs import Tab
from crm.violations.cases.origins import Origin

SHOWN = 100  # the latest; the list of renovations has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    row: Any
    url: str
    state: Any
    tone: str
    left: str
    left_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Open ones first, then the latest; `new_url`: the form of another one, "" for whoever enters none."""

    cases: Sequence[Case]
    new_url: str


def of_customer(customer: Customer) -> Cases:
    return _cases(in_file(Renovation.customer_id, customer.id), customer_id=customer.id)


def of_unit(unit: Unit) -> Cases:
    return _cases(Renovation.unit_id == unit.id, unit_id=unit.id)


def _cases(condition: Any, **about: Any) -> Cases:
    found = queries.renovations(within(Renovation.estate_id)).where(condition)
    latest = found.order_by(queries.OPEN.desc(), Renovation.applied_at.desc(), Renovation.id.desc())
    return Cases(
        cases=shown(session().execute(latest.limit(SHOWN)).all()),
        new_url=url_for("renovation_intake.new", **about) if actor().may(Permission.renovation_log) else "",
    )


def shown(rows: Sequence[Any]) -> list[Case]:
    """Rows of `queries.renovations` as lists of them draw them."""
    today = business_day()
    return [
        Case(
            row=row,
            url=ADDRESS.format(row.id),
            state=STATE_TITLES[row.state],
            tone=STATE_TONES[row.state],
            left=left_in_words(row, today),
            left_tone=tone_of(row, today),
        )
        for row in rows
    ]


def under_way(customer_ids: Sequence[int]) -> Sequence[Thing]:
    """For the caller card: what these customers rebuild, for whoever may see it."""
    if not actor().may(Permission.renovation_read):
        return []
    today = business_day()
    kept = select(File.kept_id).where(File.id.in_(customer_ids)).scalar_subquery()
    found = queries.renovations(within(Renovation.estate_id)).where(queries.OPEN, queries.KEPT.id.in_(kept))
    rows = session().execute(found.order_by(Renovation.id)).all()
    return [Thing(about=_in_short(row, today), address=ADDRESS.format(row.id)) for row in rows]


def _in_short(row: Any, today: date) -> str:
    told = _("Renovation %(number)s", number=row.number), str(STATE_TITLES[row.state]), left_in_words(row, today)
    return " · ".join(filter(None, told))


def matter(renovation_id: int) -> Matter | None:
    """As what a letter is about, for whoever sees renovations."""
    found = _named(renovation_id)
    return Matter(found.number, ADDRESS.format(renovation_id)) if found else None


def origin(renovation_id: int) -> Origin | None:
    """As what a violation comes from."""
    found = _named(renovation_id)
    if found is None:
        return None
    return Origin(
        estate_id=found.estate_id,
        text=found.number,
        address=ADDRESS.format(renovation_id),
        unit_id=found.unit_id,
        customer_id=found.customer_id,
    )


def _named(renovation_id: int) -> Any:
    if not actor().may(Permission.renovation_read):
        return None
    columns = Renovation.number, Renovation.estate_id, Renovation.unit_id, Renovation.customer_id
    mine = select(*columns).where(Renovation.id == renovation_id, within(Renovation.estate_id))
    return session().execute(mine).one_or_none()


TAB = Tab(
    name="renovations",
    title=_l("Renovations"),
    permission=Permission.renovation_read,
    section=of_customer,
    template="renovations/_cases.html",
)
UNIT = Part(permission=Permission.renovation_read, section=of_unit, template="renovations/_cases.html")
