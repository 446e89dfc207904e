"""The end of renovations: checks for whoever makes them, deposits for whoever settles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.renovations.acceptance import queries as checks
from crm.renovations.cases.models import Renovation
from crm.renovations.settlement import queries as settlements


def _title(row: Any) -> str:
    return " ".join(filter(None, (row.number, row.unit)))


def _checks(most: int) -> Sequence[Todo]:
    """The oldest first; fix lists stand in a list of their own."""
    day = business_day()
    found = checks.checks_due().where(checks.is_due(day)).order_by(checks.DUE, Renovation.id).limit(most)
    return [
        Todo(
            title=_title(row),
            about=row.description,
            url=url_for("renovations.show", renovation_id=row.id),
            **by_day(row.due, day),
        )
        for row in session().execute(found)
    ]


def _check_figures() -> Sequence[Figure]:
    first, second, fixes = checks.due_counts(business_day())
    page = "renovation_checks.due"
    return [
        Figure(title=_("First checks due"), count=first, url=url_for(page, check="first")),
        Figure(title=_("Second checks due"), count=second, url=url_for(page, check="second", when="due")),
        Figure(title=_("Fix lists due"), count=fixes, url=url_for("renovation_checks.fixes", when="due"), late=True),
    ]


def _settlements(most: int) -> Sequence[Todo]:
    """What is checked, the longest ago first."""
    day = business_day()
    checked = settlements.to_settle().where(Renovation.second_passed_on.is_not(None))
    return [
        Todo(
            title=_title(row),
            about=row.customer or "",
            url=url_for("renovations.show", renovation_id=row.id, _anchor="settlement"),
            **by_day(row.second_passed_on, day),
        )
        for row in session().execute(checked.order_by(Renovation.second_passed_on, Renovation.id).limit(most))
    ]


def _settlement_figures() -> Sequence[Figure]:
    due, under_way = settlements.counts()
    return [
        Figure(title=_("Renovations to be settled"), count=due, url=url_for("renovation_settlements.due_back")),
        Figure(
            title=_("Settlements under way"),
            count=under_way,
            url=url_for("renovation_settlements.index", state="open"),
        ),
    ]


CHECKS = Card(
    name="renovation_checks",
    title=_l("Checks of renovations"),
    permission=Permission.renovation_check,
    url=lambda: url_for("renovation_checks.due"),
    todo=_checks,
    figures=_check_figures,
)
SETTLEMENTS = Card(
    name="renovation_settlements",
    title=_l("Renovation deposits due back"),
    permission=Permission.renovation_log,
    url=lambda: url_for("renovation_settlements.due_back"),
    todo=_settlements,
    figures=_settlement_figures,
)
