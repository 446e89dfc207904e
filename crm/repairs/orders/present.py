"""The repairs of a customer or of a unit, where others show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.repairs.orders import queries
from crm.repairs.orders.models import ADDRESS, STATE_TITLES, STATE_TONES, RepairOrder
from crm.repairs.orders.wording import left_in_words, tone_of
from crm.tenants.models import Customer
from crm.tenants.queries import in_file
from crm.tenants.tabs import Tab

SHOWN = 100  # the latest; the list of repairs has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    row: Any
    url: str
    place: str
    state: Any
    tone: str
    left: str
    left_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Open ones first, then the latest; `new_url`: the form of another report, "" for whoever takes none."""

    jobs: Sequence[Job]
    new_url: str


def of_customer(customer: Customer) -> Jobs:
    return _jobs(in_file(RepairOrder.customer_id, customer.id), customer_id=customer.id)


def of_unit(unit: Unit) -> Jobs:
    return _jobs(RepairOrder.unit_id == unit.id, unit_id=unit.id)


def _jobs(condition: Any, **about: Any) -> Jobs:
    found = queries.orders(within(RepairOrder.estate_id)).where(condition)
    latest = found.order_by(queries.IS_OURS.desc(), RepairOrder.registered_at.desc(), RepairOrder.id.desc())
    now = utc_now()
    return Jobs(
        jobs=[_job(row, now) for row in session().execute(latest.limit(SHOWN))],
        new_url=url_for("intake.new", **about) if actor().may(Permission.repair_log) else "",
    )


def _job(row: Any, now: Any) -> Job:
    return Job(
        row=row,
        url=ADDRESS.format(row.id),
        place=queries.place_of(row),
        state=STATE_TITLES[row.state],
        tone=STATE_TONES[row.state],
        left=left_in_words(row, now),
        left_tone=tone_of(row, now),
    )


TAB = Tab(
    name="repairs",
    title=_l("Repairs"),
    permission=Permission.repair_read,
    section=of_customer,
    template="repairs/_jobs.html",
)
UNIT = Part(permission=Permission.repair_read, section=of_unit, template="repairs/_jobs.html")
