"""The lists of checks that are due, and of what is to be put right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Building, Estate, Unit
from crm.renovations.acceptance import queries
from crm.renovations.acceptance.figures import FIRST_CHECK_DAYS, SECOND_CHECK_DAYS
from crm.renovations.acceptance.models import STAGE_TITLES, RenovationCheck, Stage
from crm.renovations.cases.listings import about, case
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import KEPT, buildings

WEEK = timedelta(days=7)
WHEN = [("due", _l("Due today")), ("week", _l("Due within 7 days"))]


def _stage(row: Any) -> Stage:
    return Stage.first if row.state is RenovationState.completion else Stage.second


def waits_in_words(row: Any, today: date) -> str:
    """Of a row of `queries.checks_due`."""
    days = (today - row.due).days
    if _stage(row) is Stage.first:
        return _("Done for %(days)s days", days=days)
    return _("Due for %(days)s days", days=days) if days >= 0 else _("In %(days)s days", days=-days)


def tone_of(row: Any, today: date) -> str:
    """Red only for what is really late."""
    limit = (FIRST_CHECK_DAYS if _stage(row) is Stage.first else SECOND_CHECK_DAYS).on(today)
    days = (today - row.due).days
    return "red" if days > limit else "orange" if days >= 0 else "grey"


def checks_due(today: date) -> Listing:
    return Listing(
        title=_l("Checks of renovations due"),
        query=queries.checks_due(),
        columns=(
            Column(name="number", title=_l("Number"), order=Renovation.number, link=case),
            Column(name="check", title=_l("Check"), value=lambda row: str(STAGE_TITLES[_stage(row)])),
            Column(name="due", title=_l("Since, or from"), kind="date", order=queries.DUE),
            Column(
                name="waits",
                title=_l("Waits"),
                value=lambda row: waits_in_words(row, today),
                kind="badge",
                tone=lambda row: tone_of(row, today),
            ),
            *_place(),
        ),
        filters=(*_filters_of_checks(today), _building(queries.is_in(queries.WAITS))),
        order=(queries.DUE, Renovation.id),
        export_permission=Permission.renovation_check,
        empty=_l("No renovation waits for a check."),
    )


def _filters_of_checks(today: date) -> tuple[Filter, ...]:
    state = {Stage.first: RenovationState.completion, Stage.second: RenovationState.waiting}
    stages = [(each.value, title) for each, title in STAGE_TITLES.items()]
    when = {"due": queries.is_due(today), "week": queries.is_due(today + WEEK)}
    return (
        Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
        Filter(
            name="check",
            title=_l("Check"),
            condition=lambda value: Renovation.state == state[Stage(value)],
            choices=stages,
        ),
        Filter(name="when", title=_l("When"), condition=lambda value: when[value], choices=WHEN),
    )


def _place() -> tuple[Column, ...]:
    return (
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Applicant"), order=KEPT.name),
        Column(name="contractor", title=_l("Contractor"), order=Renovation.contractor),
        Column(name="description", title=_l("What is done"), kind="long"),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _building(condition: Any) -> Filter:
    there = buildings(condition & Renovation.building_id.is_not(None))
    return Filter(
        name="building",
        title=_l("Building"),
        condition=lambda value: Renovation.building_id == int(value),
        choices=[(str(key), name) for key, name in there.items()],
    )


def left_in_words(row: Any, today: date) -> str:
    days = (row.due_on - today).days
    if days < 0:
        return _("Overdue for %(days)s days", days=-days)
    return _("Due today") if days == 0 else _("%(days)s more days", days=days)


def fix_lists(today: date) -> Listing:
    due = {"due": RenovationCheck.due_on <= today, "week": RenovationCheck.due_on <= today + WEEK}
    return Listing(
        title=_l("Fix lists of renovations"),
        query=queries.fix_lists(),
        columns=(
            Column(name="number", title=_l("Number"), order=Renovation.number, link=case),
            Column(name="check", title=_l("Check"), value=lambda row: str(STAGE_TITLES[row.stage])),
            Column(name="fixes", title=_l("To be put right"), kind="number"),
            Column(name="due_on", title=_l("Due"), kind="date", order=RenovationCheck.due_on),
            Column(
                name="left",
                title=_l("Left"),
                value=lambda row: left_in_words(row, today),
                kind="badge",
                tone=lambda row: "red" if row.due_on < today else "orange",
            ),
            *_place(),
            Column(name="list", title=_l("Fix list"), value=lambda _row: _("Print"), link=_fix_list),
        ),
        filters=(
            Filter(name="q", title=_l("Unit, name, number or words"), condition=about),
            Filter(name="when", title=_l("When"), condition=lambda value: due[value], choices=WHEN),
            _building(queries.is_in(queries.TO_MEND)),
        ),
        order=(RenovationCheck.due_on, Renovation.id),
        export_permission=Permission.renovation_check,
        empty=_l("Nothing is to be put right."),
    )


def _fix_list(row: Any) -> str:
    return url_for("renovation_checks.fix_list", renovation_check_id=row.check_id)
