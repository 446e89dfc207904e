"""Renovations by whose turn it is: papers to come, plans to examine, permits to issue and permits that run out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.renovations.cases import queries
from crm.renovations.cases.models import Renovation, RenovationState

S = RenovationState
DUE_SOON = timedelta(days=7)


def _lines(condition: Callable[[date], ColumnElement[bool]], due: Any) -> Callable[[int], Sequence[Todo]]:
    """The first of those by their day."""

    def todo(most: int) -> Sequence[Todo]:
        day = business_day()
        found = queries.renovations().where(queries.OPEN, condition(day)).order_by(due, Renovation.id).limit(most)
        return [
            Todo(
                title=" ".join((row.number, row.unit)),
                about=row.description,
                url=url_for("renovations.show", renovation_id=row.id),
                **by_day(getattr(row, due.key), day),
            )
            for row in session().execute(found)
        ]

    return todo


def _at(*states: RenovationState) -> Callable[[date], ColumnElement[bool]]:
    return lambda _day: Renovation.state.in_(states)


def _is_expiring(day: date) -> ColumnElement[bool]:
    return queries.expiring(day + DUE_SOON)


def _desk_figures() -> Sequence[Figure]:
    day = business_day()
    over = queries.expiring(day - timedelta(days=1))
    waiting, under_way, soon, expired = queries.counts(
        Renovation.state == S.applied, queries.IS_ON_SITE, _is_expiring(day), over
    )
    address, permits = "renovations.index", "renovations.permits"
    return [
        Figure(title=_("Renovations whose papers are missing"), count=waiting, url=url_for(address, state="applied")),
        Figure(title=_("Renovations under way"), count=under_way, url=url_for(address, state="on_site")),
        Figure(title=_("Permits that run out within 7 days"), count=soon, url=url_for(permits, permit="week")),
        Figure(title=_("Permits expired"), count=expired, url=url_for(permits, permit="over"), late=True),
    ]


def _one_figure(state: RenovationState, title: Any) -> Callable[[], Sequence[Figure]]:
    def figures() -> Sequence[Figure]:
        [count] = queries.counts(Renovation.state == state)
        return [Figure(title=str(title), count=count, url=url_for("renovations.index", state=state.value))]

    return figures


RENOVATIONS = Card(
    name="renovations",
    title=_l("Renovations"),
    permission=Permission.renovation_log,
    url=lambda: url_for("renovations.index", state="open"),
    todo=_lines(_is_expiring, Renovation.valid_to),
    figures=_desk_figures,
)
TO_EXAMINE = Card(
    name="renovations_to_examine",
    title=_l("Renovations to examine"),
    permission=Permission.renovation_check,
    url=lambda: url_for("renovations.index", state="complete"),
    todo=_lines(_at(S.complete), Renovation.starts_on),
    figures=_one_figure(S.complete, _l("Renovations to examine")),
)
TO_PERMIT = Card(
    name="renovations_to_permit",
    title=_l("Permits to issue"),
    permission=Permission.renovation_decide,
    url=lambda: url_for("renovations.index", state="agreed"),
    todo=_lines(_at(S.agreed), Renovation.starts_on),
    figures=_one_figure(S.agreed, _l("Permits to issue")),
)
