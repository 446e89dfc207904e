"""What the executives look at: the estates side by side. Each package is asked once, however many there are."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from crm.archive.dossiers.checking import Measure
from crm.auth.permissions import Permission
from crm.billing.arithmetic import first_of
from crm.billing.arrears.reviews.rates import Rate, current_rates
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT
from crm.billing.ledger.register import overdue as is_overdue
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import IS_UNREPLIED
from crm.dates import business_day, utc_now
from crm.db import session
from crm.desk.home.cards import Card, Figure, Part, Table
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.repairs.orders.models import RepairOrder
from crm.repairs.orders.queries import is_late
from crm.review.models import ADDRESS
from crm.review.queries import last_ended
from crm.review.wording import score
from crm.web.templating import money


def _estates() -> Table:
    day = business_day()
    names = select(Estate.id, Estate.name).where(in_chosen_estate(Estate.id)).order_by(Estate.name)
    rates = current_rates(in_chosen_estate(Bill.estate_id), first_of(day))
    overdue = _by_estate(Bill, func.sum(Bill.open), is_overdue(day))
    complaints = _by_estate(Complaint, func.count(), IS_UNREPLIED)
    late = _by_estate(RepairOrder, func.count(), is_late(utc_now()))
    reviews = last_ended(in_chosen_estate(Estate.id))
    return Table(
        headings=[
            _("Collected of what falls due this month"),
            _("Overdue (yuan)"),
            _("Complaints without a result"),
            _("Repairs late"),
            _("Dossiers: complete / accurate / valid"),
        ],
        rows=[
            (
                name,
                [
                    _rate(key, rates.get(key)),
                    _count("billing.bills", money(overdue.get(key, NOUGHT)), estate=key, overdue=1),
                    _count("complaints.index", complaints.get(key, 0), estate=key, state="unreplied"),
                    _count("repairs.index", late.get(key, 0), estate=key, state="unfinished", late=1),
                    _scores(reviews.get(key)),
                ],
            )
            for key, name in session().execute(names)
        ],
    )


def _by_estate(model: Any, figure: Any, *conditions: Any) -> dict[int, Any]:
    found = select(model.estate_id, figure).where(in_chosen_estate(model.estate_id), *conditions)
    return {row[0]: row[1] for row in session().execute(found.group_by(model.estate_id))}


def _rate(estate_id: int, rate: Rate | None) -> Figure:
    shown = "–" if rate is None or rate.per_cent is None else f"{rate.per_cent} %"
    month = f"{business_day():%Y-%m}"
    url = url_for("statistics.show", sheet_slug="collection", estate_id=estate_id, month=month)
    return Figure(title="", count=shown, url=url)


def _count(endpoint: str, count: int | str, **chosen: Any) -> Figure:
    return Figure(title="", count=count, url=url_for(endpoint, **chosen), late="late" in chosen)


def _scores(review: Any) -> Figure:
    """Of the last review that has ended."""
    if review is None:
        return Figure(title="", count="–")
    shown = [score(review, measure.value) for measure in Measure]
    words = " / ".join("–" if each is None else f"{each:g}" for each in shown)
    return Figure(title="", count=words, url=ADDRESS.format(review.id))


ESTATES = Card(
    name="estates",
    title=_l("Estates side by side"),
    permission=Permission.statistics_read,
    url=lambda: url_for("statistics.index"),
    table=_estates,
    part=Part.day,
)
