"""Who is left out of the dunning, and which lines are disputed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import true

from crm.auth.permissions import Permission
from crm.billing.arrears.dunning import queries
from crm.billing.arrears.dunning.models import DunningExclusion
from crm.billing.arrears.matters import ground_named
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill, Dispute
from crm.dates import business_day_of
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Unit

READ = Permission.arrears_read


def _day(name: str, title: Any, order: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=order)


def _account(row: Any) -> str:
    return url_for("arrears_account.show", customer_id=row.customer_id)


CUSTOMER = Column(name="customer", title=_l("Customer"), order=queries.KEPT.name, link=_account)


EXCLUDED = {"live": _l("Left out now"), "over": _l("Over")}
PARKED = {"live": _l("Disputed"), "over": _l("Ended: its last day has passed")}


def _state(titles: Any, state: Callable[[Any], str]) -> Column:
    return Column(
        name="state",
        title=_l("State"),
        value=lambda row: str(titles[state(row)]),
        kind="badge",
        tone=lambda row: "orange" if state(row) == "live" else "grey",
    )


def _states(titles: Any, live: Any) -> Filter:
    return Filter(
        name="state",
        title=_l("State"),
        condition=lambda value: live if value == "live" else ~live,
        choices=list(titles.items()),
    )


def exclusions(day: date) -> Listing:
    def state(row: Any) -> str:
        return "live" if row.ended_at is None and (row.until is None or row.until >= day) else "over"

    return Listing(
        title=_l("Left out of dunning"),
        query=queries.exclusions(),
        columns=(
            CUSTOMER,
            Column(name="reason", title=_l("Why"), kind="long"),
            _state(EXCLUDED, state),
            _day("until", _l("Last day"), DunningExclusion.until),
            Column(name="made_by", title=_l("By whom"), order=DunningExclusion.made_by),
            _day("made_at", _l("Since"), DunningExclusion.made_at),
            Column(name="ended_by", title=_l("Ended by"), value=lambda row: row.ended_by or ""),
            Column(name="estate", title=_l("Estate")),
        ),
        filters=(
            Filter(
                name="q",
                title=_l("Customer or reason"),
                condition=lambda text: holding(text, queries.KEPT.name, DunningExclusion.reason),
            ),
            _states(EXCLUDED, queries.holds_on(day)),
        ),
        order=(DunningExclusion.id.desc(),),
        export_permission=READ,
        empty=_l("Nobody is left out. A customer is left out from the page of what is owed."),
    )


def _matter(row: Any) -> Any:
    return ground_named(row.about_kind, row.about_id) if row.about_id else None


def _tied(value: str) -> Any:
    tied = Dispute.about_id.is_not(None)
    return {"tied": tied, "alone": ~tied}.get(value, true())


def disputes(day: date) -> Listing:
    return Listing(
        title=_l("Disputed lines"),
        query=queries.parked(),
        columns=_dispute_columns(day),
        filters=(
            Filter(
                name="q",
                title=_l("Customer, unit, charge or reason"),
                condition=lambda text: holding(text, queries.KEPT.name, Unit.label, ChargeItem.name, Dispute.reason),
            ),
            _states(PARKED, Dispute.until >= day),
            Filter(
                name="tied",
                title=_l("It waits for"),
                condition=_tied,
                choices=[("tied", _l("Something of ours")), ("alone", _l("Nothing of ours"))],
            ),
        ),
        order=(Dispute.until, Dispute.id),
        export_permission=READ,
        empty=_l("No line is disputed."),
    )


def _dispute_columns(day: date) -> tuple[Column, ...]:
    return (
        CUSTOMER,
        Column(name="unit", title=_l("Unit"), value=lambda row: row.unit or "", order=Unit.sort_key),
        Column(
            name="line",
            title=_l("Charge"),
            value=lambda row: f"{row.item} {row.period:%Y-%m}",
            link=lambda row: url_for("billing.bill", bill_id=row.bill_id),
        ),
        Column(name="open", title=_l("Open (yuan)"), kind="money", order=Bill.open, total="open"),
        Column(name="reason", title=_l("What the customer says"), kind="long"),
        Column(
            name="matter",
            title=_l("It waits for"),
            value=lambda row: matter.about if (matter := _matter(row)) else "",
            link=lambda row: matter.address if (matter := _matter(row)) else "",
        ),
        Column(
            name="age",
            title=_l("Days"),
            value=lambda row: (day - business_day_of(row.raised_at)).days,
            kind="number",
            order=Dispute.raised_at,
        ),
        _day("until", _l("Last day"), Dispute.until),
        _state(PARKED, lambda row: "live" if row.until >= day else "over"),
        Column(name="raised_by", title=_l("By whom"), order=Dispute.raised_by),
    )
