"""What waits for the person's decision, and what the executives ask about all estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arithmetic import first_of
from crm.billing.arrears.reviews.rates import current_rate
from crm.billing.ledger.models import Bill
from crm.dates import business_day, utc_now
from crm.desk.home import approvals
from crm.desk.home.cards import Card, Figure, Part, Todo
from crm.properties.queries import in_chosen_estate

KEPT = 30  # rows of the list that one request reads at most: the figure tells of all


def _todo(most: int) -> Sequence[Todo]:
    now = utc_now()
    return [
        Todo(
            due=row.asked_at + timedelta(days=approvals.SINCE_LONG),
            left=approvals.since(row, now),
            tone=approvals.tone_of(row, now),
            title=f"{approvals.kind_of(row)} {row.about}",
            about=" · ".join(filter(None, (row.asked_by, row.estate))),
            url=approvals.page_of(row),
        )
        for row in _first()[0][:most]
    ]


def _figures() -> Sequence[Figure]:
    return [Figure(title=_("To decide"), count=_first()[1], url=url_for("desk.approvals"))]


def _first() -> tuple[Sequence[Any], int]:
    """Asked for once a request, for the lines and for the figure."""
    if "first_approvals" not in g:
        g.first_approvals = approvals.first(KEPT)
    found: tuple[Sequence[Any], int] = g.first_approvals
    return found


def _rate() -> Sequence[Figure]:
    rate = current_rate(in_chosen_estate(Bill.estate_id), first_of(business_day())).per_cent
    shown = "–" if rate is None else f"{rate} %"
    return [Figure(title=_("Collected of what falls due this month"), count=shown, url=url_for("arrears.estates"))]


APPROVALS = Card(
    name="approvals",
    title=_l("Approvals"),
    permission=Permission.signed_in,
    url=lambda: url_for("desk.approvals"),
    todo=_todo,
    figures=_figures,
)
COLLECTED = Card(
    name="collected",
    title=_l("Collection rate"),
    permission=Permission.arrears_read,
    url=lambda: url_for("statements.collected"),
    figures=_rate,
    part=Part.day,
)
