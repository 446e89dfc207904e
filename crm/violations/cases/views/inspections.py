"""What is to be looked at again, for a walk with a phone: by day and building, put right or not with one tap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from secrets import token_hex
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.calls.places import LONGEST_ID
from crm.dates import business_day
from crm.properties.queries import visible_estates
from crm.violations.cases import queries
from crm.violations.cases.models import Violation
from crm.violations.cases.present import Case, shown
from crm.violations.cases.views.pages import HANDLE, blueprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One to look at; `next_on`: proposed for the next time; `key` of its form."""

    case: Case
    key: str
    next_on: date


@blueprint.get("/inspections")
@requires(HANDLE)
def inspections() -> ResponseReturnValue:
    """`until`: today with what is overdue, week, or all; `building`: one building's."""
    today = business_day()
    until = request.args.get("until", "today")
    building = request.args.get("building", "")
    building_id = int(building) if building.isdecimal() and len(building) < LONGEST_ID else None
    last = {"week": today + timedelta(days=7), "all": None}.get(until, today)
    rows = queries.to_inspect(last, building_id)
    return render_template(
        "violations/inspections.html",
        days=_by_day(rows, today),
        count=len(rows),
        most=queries.MOST_TO_INSPECT,
        tabs=_tabs(until, building),
        until=until,
        building=building,
        buildings=queries.buildings(queries.IS_TO_INSPECT & Violation.building_id.is_not(None)),
        several=len(visible_estates()) > 1,
        today=today,
    )


def _tabs(until: str, building: str) -> list[Any]:
    titles = {"today": _("Today"), "week": _("Within 7 days"), "all": _("All")}
    here = until if until in titles else "today"
    return [
        (title, url_for(".inspections", until=name, building=building or None), name == here)
        for name, title in titles.items()
    ]


def _by_day(rows: Sequence[Any], today: date) -> list[tuple[date, list[Stop]]]:
    stops = [
        Stop(case=each, key=token_hex(12), next_on=today + timedelta(days=max(each.row.days, 1)))
        for each in shown(rows)
    ]
    return [(day, list(held)) for day, held in groupby(stops, key=lambda stop: stop.case.row.due_on)]
