"""Repairs: what is to be dispatched or late, visits to make, a worker's own jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, func, or_, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_clock, by_day
from crm.properties.queries import in_chosen_estate
from crm.repairs.categories.models import Priority
from crm.repairs.incidents import queries as incidents
from crm.repairs.incidents.models import Incident
from crm.repairs.orders import queries
from crm.repairs.orders.models import STATE_TITLES, TO_DISPATCH, UNACCEPTED, OrderState, RepairOrder
from crm.repairs.orders.wording import next_due
from crm.repairs.visits.queries import due_count, to_ask
from crm.repairs.work.queries import mine, to_take

FREE_SHOWN = 3
IS_DONE = and_(queries.OPEN, RepairOrder.state == OrderState.done)


def _line(row: Any, url: str, **when: Any) -> Todo:
    """An emergency that nobody has or has accepted yet presses."""
    place = queries.place_of(row)
    about = " · ".join(filter(None, (str(STATE_TITLES[row.state]), row.problem)))
    pressing = row.priority == Priority.emergency and row.state in UNACCEPTED
    return Todo(title=" ".join(filter(None, (row.number, place))), about=about, url=url, pressing=pressing, **when)


def _to_dispatch(most: int) -> Sequence[Todo]:
    """Emergencies that nobody has yet, what else nobody has, then what somebody has for too long."""
    now, unassigned = utc_now(), RepairOrder.state.in_(TO_DISPATCH)
    first = case((unassigned & (RepairOrder.priority == Priority.emergency), 0), (unassigned, 1), else_=2)
    wanted = queries.IS_UNFINISHED, or_(unassigned, queries.is_late(now))
    found = queries.orders().where(*wanted).order_by(first, queries.next_due(), RepairOrder.id).limit(most)
    return [
        _line(row, url_for("repairs.show", repair_id=row.id), **by_clock(next_due(row), now))
        for row in session().execute(found)
    ]


def _counted(*conditions: Any) -> Sequence[int]:
    """How many unfinished jobs there are, and of these how many are so; in one statement."""
    sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions]
    found = select(func.count(), *sums).where(queries.IS_UNFINISHED, in_chosen_estate(RepairOrder.estate_id))
    return [count or 0 for count in session().execute(found).one()]


def _figures() -> Sequence[Figure]:
    counts = _counted(RepairOrder.state.in_(TO_DISPATCH), queries.is_late(utc_now()))
    return _shown(*counts)


def _shown(unfinished: int, waiting: int, late: int) -> Sequence[Figure]:
    address = "repairs.index"
    return [
        Figure(title=_("Repairs not finished"), count=unfinished, url=url_for(address, state="unfinished")),
        Figure(title=_("Repairs to dispatch"), count=waiting, url=url_for(address, state="to_dispatch")),
        Figure(title=_("Repairs late"), count=late, url=url_for(address, state="unfinished", late=1), late=True),
    ]


def _dispatch_figures() -> Sequence[Figure]:
    begins = beginning_of(business_day())
    agreed = (RepairOrder.wanted_from >= begins) & (RepairOrder.wanted_from < begins + timedelta(days=1))
    quoted = RepairOrder.state == OrderState.quoted
    *counts, today, quotes = _counted(RepairOrder.state.in_(TO_DISPATCH), queries.is_late(utc_now()), agreed, quoted)
    return [
        *_shown(*counts),
        Figure(title=_("Appointments today"), count=today, url=url_for("dispatch.day")),
        Figure(title=_("Quotes to agree on"), count=quotes, url=url_for("repairs.index", state="quoted")),
    ]


def _to_confirm(most: int) -> Sequence[Todo]:
    """What was finished longest ago first: the customer waits for the return visit."""
    day = business_day()
    done = queries.orders().where(IS_DONE).order_by(RepairOrder.finished_at, RepairOrder.id).limit(most)
    return [
        _line(row, url_for("repairs.show", repair_id=row.id), **by_day(day, day)) for row in session().execute(done)
    ]


def _confirm_figures() -> Sequence[Figure]:
    count = session().scalar(select(func.count()).where(IS_DONE, in_chosen_estate(RepairOrder.estate_id))) or 0
    return [Figure(title=_("Repairs to confirm"), count=count, url=url_for("repairs.index", state="done"))]


def _incidents(most: int) -> Sequence[Todo]:
    now = utc_now()
    found = incidents.incidents().where(incidents.OPEN).order_by(Incident.expected_at.nulls_last(), Incident.id)
    return [
        Todo(
            title=row.title,
            about=" · ".join(filter(None, (row.estate, row.building, row.category))),
            url=url_for("incidents.show", incident_id=row.id),
            **by_clock(row.expected_at, now),
        )
        for row in session().execute(found.limit(most))
    ]


def _visits(most: int) -> Sequence[Todo]:
    """By others than did the work."""
    day = business_day()
    found = to_ask(day).where(RepairOrder.visit_due_on <= day, ~queries.had_by(actor().user_id))
    return [
        _line(row, url_for("visits.show", repair_id=row.id), **by_day(row.visit_due_on, day))
        for row in session().execute(found.order_by(RepairOrder.visit_due_on, RepairOrder.id).limit(most))
    ]


def _visit_figures() -> Sequence[Figure]:
    due, overdue = due_count(business_day())
    return [
        Figure(title=_("Return visits due"), count=due, url=url_for("visits.index", due="due")),
        Figure(title=_("Return visits overdue"), count=overdue, url=url_for("visits.index", due="overdue"), late=True),
    ]


def _own(most: int) -> Sequence[Todo]:
    """By what runs out next; where nothing does, by the agreed time."""
    now = utc_now()
    timed = [(next_due(row) or row.wanted_from, row) for row in mine()]
    lines = [_line(row, url_for("work.job", repair_id=row.id), **by_clock(due, now)) for due, row in timed]
    return sorted(lines, key=lambda line: line.turn)[:most]


def _own_figures() -> Sequence[Figure]:
    me = RepairOrder.worker_id == actor().user_id
    _all, own, late = _counted(me, me & queries.is_late(utc_now()))
    address = "repairs.index"
    return [
        Figure(title=_("My jobs"), count=own, url=url_for(address, state="unfinished", mine=1)),
        Figure(title=_("Late"), count=late, url=url_for(address, state="unfinished", mine=1, late=1), late=True),
    ]


def _free(most: int) -> Sequence[Todo]:
    """A few: one's own jobs come first."""
    now, here = utc_now(), in_chosen_estate(RepairOrder.estate_id)
    return [
        _line(row, url_for("repairs.show", repair_id=row.id), **by_clock(next_due(row), now))
        for row in to_take(here, min(most, FREE_SHOWN))
    ]


def _free_figures() -> Sequence[Figure]:
    free = queries.takeable_by(actor().user_id, business_day()), in_chosen_estate(RepairOrder.estate_id)
    count = session().scalar(select(func.count()).select_from(RepairOrder).where(*free)) or 0
    return [Figure(title=_("Jobs to take"), count=count, url=url_for("repairs.index", mine="free"))]


REPAIRS = Card(
    name="repairs",
    title=_l("Repairs"),
    permission=Permission.repair_read,
    url=lambda: url_for("repairs.index", state="open"),
    figures=_figures,
)
DISPATCH = Card(
    name="repairs",
    title=_l("Repairs to dispatch or late"),
    permission=Permission.repair_dispatch,
    url=lambda: url_for("dispatch.show"),
    todo=_to_dispatch,
    figures=_dispatch_figures,
)
TO_CONFIRM = Card(
    name="to-confirm",
    title=_l("Repairs finished, to be confirmed"),
    permission=Permission.repair_dispatch,
    url=lambda: url_for("repairs.index", state="done"),
    todo=_to_confirm,
    figures=_confirm_figures,
)
INCIDENTS = Card(
    name="incidents",
    title=_l("Incidents"),
    permission=Permission.repair_read,
    url=lambda: url_for("incidents.index"),
    todo=_incidents,
)
VISITS = Card(
    name="visits",
    title=_l("Return visits"),
    permission=Permission.repair_visit,
    url=lambda: url_for("visits.index"),
    todo=_visits,
    figures=_visit_figures,
)
OWN_JOBS = Card(
    name="jobs",
    title=_l("My jobs"),
    permission=Permission.repair_work,
    url=lambda: url_for("work.today"),
    todo=_own,
    figures=_own_figures,
)
TO_TAKE = Card(
    name="to-take",
    title=_l("Jobs to take"),
    permission=Permission.repair_work,
    url=lambda: url_for("work.today"),
    todo=_free,
    figures=_free_figures,
)
