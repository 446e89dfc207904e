"""Calls to return, and how many came today."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.calls.models import ADDRESS
from crm.calls.queries import counts, to_follow_up
from crm.dates import beginning_of, business_day, utc_now
from crm.desk.home.cards import Card, Figure, Todo, by_clock


def _todo(most: int) -> Sequence[Todo]:
    now = utc_now()
    return [
        Todo(
            title=" ".join(filter(None, (row.caller or row.customer or _("Unknown caller"), row.unit))),
            about=" · ".join(filter(None, (row.follow_up, row.owner))),
            url=ADDRESS.format(row.id),
            **by_clock(row.due_at, now),
        )
        for row in to_follow_up(most)
    ]


def _figures() -> Sequence[Figure]:
    day = business_day()
    taken, waiting, late = counts(beginning_of(day), utc_now())
    return [
        Figure(title=_("Calls today"), count=taken, url=url_for("calls.index", day=day.isoformat())),
        Figure(title=_("Not yet called back"), count=waiting, url=url_for("calls.to_call_back")),
        Figure(title=_("Overdue"), count=late, url=url_for("calls.to_call_back", late=1), late=True),
    ]


CALLS = Card(
    name="calls",
    title=_l("Call back"),
    permission=Permission.call_log,
    url=lambda: url_for("calls.to_call_back"),
    todo=_todo,
    figures=_figures,
)
