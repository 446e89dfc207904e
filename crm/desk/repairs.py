"""Repairs on the start page: what waits for whoever looks at it; and a job found by its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import case, func, select

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day, utc_now
from crm.db import session
from crm.properties.queries import in_chosen_estate
from crm.repairs.orders.models import TO_DISPATCH, RepairOrder
from crm.repairs.orders.queries import IS_UNFINISHED, is_late
from crm.repairs.visits.queries import due_count

NUMBER = re.compile(r"W\d{4}-\d{4,9}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    count: int
    url: str


def figures() -> Sequence[Figure]:
    """Not finished, to dispatch, late; return visits for whoever makes them."""
    if not actor().may(Permission.repair_read):
        return []
    late, waiting = is_late(utc_now()), RepairOrder.state.in_(TO_DISPATCH)
    columns = func.count(), func.sum(case((waiting, 1), else_=0)), func.sum(case((late, 1), else_=0))
    seen = select(*columns).where(IS_UNFINISHED, in_chosen_estate(RepairOrder.estate_id))
    unfinished, to_dispatch, overdue = (count or 0 for count in session().execute(seen).one())
    found = [
        Figure(_("Repairs not finished"), unfinished, url_for("repairs.index", state="unfinished")),
        Figure(_("Repairs to dispatch"), to_dispatch, url_for("repairs.index", state="to_dispatch")),
        Figure(_("Repairs late"), overdue, url_for("repairs.index", state="unfinished", late=1)),
    ]
    if actor().may(Permission.repair_visit):
        due, _overdue = due_count(business_day())
        found.append(Figure(_("Return visits due"), due, url_for("visits.index")))
    return found


def page_of(text: str) -> str:
    """The page of the job with this number, "" when it is none that the person may see."""
    if not (NUMBER.fullmatch(text) and actor().may(Permission.repair_read)):
        return ""
    wanted = select(RepairOrder.id).where(RepairOrder.number == text.upper(), within(RepairOrder.estate_id))
    key = session().scalars(wanted).one_or_none()
    return url_for("repairs.show", repair_id=key) if key else ""
