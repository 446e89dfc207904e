"""Move-ins, move-outs and sales that are under way, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.dates import beginning_of, business_day, business_day_of
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.moves.leaving import queries as leavings
from crm.moves.leaving.models import Leaving
from crm.moves.moving_in import queries
from crm.moves.moving_in.figures import OVERDUE_DAYS
from crm.moves.moving_in.listings import late_before
from crm.moves.moving_in.models import MoveIn


def _todo(most: int) -> Sequence[Todo]:
    day = business_day()
    lasting = timedelta(days=OVERDUE_DAYS.on(day))
    found = queries.move_ins().where(queries.UNDER_WAY).order_by(MoveIn.started_at, MoveIn.id).limit(most)
    return [
        Todo(
            title=f"{row.number} {row.unit}",
            about=row.customer,
            url=url_for("moving_in.show", move_in_id=row.id),
            **by_day(business_day_of(row.started_at) + lasting, day),
        )
        for row in session().execute(found)
    ]


def _figures() -> Sequence[Figure]:
    count, late = queries.late_counts(beginning_of(late_before(business_day())))
    overdue = url_for("moving_in.index", state="overdue")
    return [
        Figure(title=_("Move-ins under way"), count=count, url=url_for("moving_in.under_way")),
        Figure(title=_("Move-ins overdue"), count=late, url=overdue, late=True),
    ]


def _leaving(most: int) -> Sequence[Todo]:
    """By the day of the hand-over."""
    day = business_day()
    found = leavings.leavings().where(leavings.OPEN).order_by(Leaving.day, Leaving.id).limit(most)
    return [
        Todo(
            title=f"{row.number} {row.unit}",
            about=" → ".join(filter(None, (row.leavers, row.buyers))),
            url=url_for("leavings.show", leaving_id=row.id),
            **by_day(row.day, day),
        )
        for row in session().execute(found)
    ]


def _leaving_figures() -> Sequence[Figure]:
    count, waiting = leavings.counts()
    address = "leavings.index"
    return [
        Figure(title=_("Move-outs and sales under way"), count=count, url=url_for(address, state="open")),
        Figure(title=_("Over, with money open"), count=waiting, url=url_for(address, state="waiting"), late=True),
    ]


LEAVINGS = Card(
    name="leavings",
    title=_l("Move-outs and sales"),
    permission=Permission.move_read,
    url=lambda: url_for("leavings.index", state="open"),
    todo=_leaving,
    figures=_leaving_figures,
)
MOVE_INS = Card(
    name="move_ins",
    title=_l("Move-ins"),
    permission=Permission.move_read,
    url=lambda: url_for("moving_in.under_way"),
    todo=_todo,
    figures=_figures,
)
