"""Patrols of renovations, for whoever walks there or leads them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.properties.models import Building, Unit
from crm.renovations.patrols import queries
from crm.renovations.patrols.queries import Plan


def _patrols(most: int) -> Sequence[Todo]:
    """One's own and those that are open, due by today: the oldest first."""
    day = business_day()
    mine = or_(Plan.patroller_id.is_(None), Plan.patroller_id == actor().user_id)
    found = queries.due().where(Plan.next_on <= day, mine)
    return [
        Todo(
            title=" ".join(filter(None, (row.number, row.unit))),
            about=row.description,
            url=url_for("renovation_patrols.patrol", renovation_id=row.id),
            **by_day(row.next_on, day),
        )
        for row in session().execute(
            found.order_by(Plan.next_on, Building.sort_key, Unit.sort_key, Plan.id).limit(most)
        )
    ]


def _figures() -> Sequence[Figure]:
    today, overdue = queries.due_counts(business_day())
    address = "renovation_patrols.due"
    return [
        Figure(title=_("Patrols due today"), count=today, url=url_for(address, due="today")),
        Figure(title=_("Patrols overdue"), count=overdue, url=url_for(address, due="overdue"), late=True),
    ]


PATROLS = Card(
    name="patrols",
    title=_l("Patrols of renovations"),
    permission=Permission.renovation_patrol,
    url=lambda: url_for("renovation_patrols.my"),
    todo=_patrols,
    figures=_figures,
)
