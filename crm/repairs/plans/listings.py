"""The plans, and what of them is due soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.dates import business_day_of
from crm.db import session
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.properties.models import EQUIPMENT_TITLES, Equipment, Estate
from crm.repairs.plans import queries, service
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.plans.queries import LAST_DONE, WAITING_FOR, due_day
from crm.repairs.plans.rhythm import Every

AHEAD = timedelta(days=30)
SOON = timedelta(days=7)
EVERY_ONE = {Every.days: _l("every day"), Every.weeks: _l("every week"), Every.months: _l("every month")}


def rhythm_in_words(every: int, unit: Every) -> str:
    if every == 1:
        return str(EVERY_ONE[unit])
    texts = {
        Every.days: _("every %(count)s days", count=every),
        Every.weeks: _("every %(count)s weeks", count=every),
        Every.months: _("every %(count)s months", count=every),
    }
    return texts[unit]


def standing(row: Any, day: date) -> tuple[str, str]:
    """Of a row of `queries.plans`: how it stands in words, and the words' tone."""
    if not row.active:
        return _("Out of use"), "grey"
    if row.due_on < day:
        return _("%(days)s days overdue", days=(day - row.due_on).days), "red"
    if row.waiting_for is not None:
        return _("Job made"), "blue"
    if row.due_on == day:
        return _("Due today"), "orange"
    return _("in %(days)s days", days=(row.due_on - day).days), "orange" if row.due_on <= day + SOON else "green"


def _columns(day: date) -> tuple[Column, ...]:
    return (
        Column(
            name="title",
            title=_l("Plan of maintenance"),
            value=lambda row: row.title,
            order=MaintenancePlan.title,
            link=lambda row: url_for("maintenance.show", maintenance_plan_id=row.id),
        ),
        Column(
            name="equipment",
            title=_l("Equipment"),
            value=lambda row: f"{row.code} {row.equipment}",
            order=Equipment.code,
            link=lambda row: url_for("properties.equipment_item", equipment_id=row.equipment_id),
        ),
        Column(name="due", title=_l("Next due on"), value=lambda row: row.due_on, kind="date", order=due_day),
        Column(
            name="stand",
            title=_l("Standing"),
            value=lambda row: standing(row, day)[0],
            kind="badge",
            tone=lambda row: standing(row, day)[1],
        ),
        Column(
            name="last_done",
            title=_l("Last done"),
            value=lambda row: business_day_of(row.last_done) if row.last_done else None,
            kind="date",
            order=LAST_DONE,
        ),
        Column(name="every", title=_l("How often"), value=lambda row: rhythm_in_words(row.every, row.unit)),
        Column(name="by_law", title=_l("Required by"), value=lambda row: row.by_law, order=MaintenancePlan.by_law),
        Column(name="estate", title=_l("Estate"), value=lambda row: row.estate, order=Estate.name),
    )


ABOUT = Filter(
    name="q",
    title=_l("Plan or equipment"),
    condition=lambda text: holding(text, MaintenancePlan.title, Equipment.name, Equipment.code),
)
KIND = choice_filter("kind", _l("Kind"), Equipment.kind, EQUIPMENT_TITLES)


STANDS = {
    "overdue": _l("Past its day"),
    "made": _l("Job made"),
    "active": _l("In use"),
    "retired": _l("Out of use"),
}


def _standing(day: date, *offered: str) -> Filter:
    conditions = {
        "overdue": queries.is_overdue(day),
        "made": MaintenancePlan.active & WAITING_FOR.is_not(None),
        "active": MaintenancePlan.active.is_(True),
        "retired": ~MaintenancePlan.active,
    }
    return Filter(
        name="stand",
        title=_l("Standing"),
        condition=conditions.__getitem__,
        choices=[(each, STANDS[each]) for each in offered],
    )


def plans(day: date) -> Listing:
    return Listing(
        title=_l("Plans of maintenance"),
        query=queries.plans(),
        columns=_columns(day),
        filters=(
            ABOUT,
            KIND,
            _standing(day, *STANDS),
            Filter(
                name="law",
                title=_l("Required by"),
                condition=lambda text: holding(text, MaintenancePlan.by_law),
            ),
        ),
        order=(MaintenancePlan.active.desc(), due_day, MaintenancePlan.id),
        export_permission=Permission.repair_dispatch,
        empty=_l("No plan yet. Add the first: its jobs then come by themselves."),
    )


def due(day: date) -> Listing:
    return Listing(
        title=_l("Maintenance due"),
        query=queries.plans().where(MaintenancePlan.active, due_day <= day + AHEAD),
        columns=_columns(day),
        filters=(ABOUT, KIND, _standing(day, "overdue", "made")),
        order=(due_day, MaintenancePlan.id),
        export_permission=Permission.repair_dispatch,
        empty=_l("Nothing is due in the next 30 days."),
        actions=(MAKE_NOW,),
    )


def _effects(ids: Sequence[int], _form: Any) -> list[Effect]:
    chosen = queries.plans(MaintenancePlan.id.in_(ids) & within(MaintenancePlan.estate_id))
    return [
        Effect(
            id=row.id,
            label=f"{row.code} {row.equipment} · {row.title}",
            new=_("Job for %(day)s", day=row.next_due_on.isoformat()),
            hindrance=service.not_now(row, row.waiting_for),
        )
        for row in session().execute(chosen.order_by(due_day, MaintenancePlan.id))
    ]


def _make(ids: Sequence[int], _form: Any) -> None:
    for maintenance_plan_id in ids:
        plan = queries.get_plan(maintenance_plan_id)
        service.make_next(plan, plan.next_due_on)


MAKE_NOW = BulkAction(
    name="make_now",
    title=_l("Make the job now"),
    permission=Permission.repair_dispatch,
    preview=_effects,
    apply=_make,
    icon="tool",
)
