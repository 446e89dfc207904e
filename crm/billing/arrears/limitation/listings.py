"""What runs out and when: bill by bill, and customer by customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.arrears.limitation import queries
from crm.billing.arrears.limitation.clock import CAUSE_TITLES, Cause
from crm.billing.arrears.limitation.figures import FIRST_ALARM, SECOND_ALARM
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import Bill
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate, Unit
from crm.tenants.models import customer_of_code, file_code

EXPORT = Permission.arrears_read


def _customer(row: Any) -> str:
    return url_for("billing.account", customer_id=row.customer_id)


def _days_left(row: Any) -> str:
    return _("%(count)s days left", count=row.days) if row.days >= 0 else _("has run out")


def _tone(second: int) -> Callable[[Any], str]:
    return lambda row: "red" if row.days < 0 else "orange" if row.days <= second else "blue"


def _interrupted(row: Any) -> str:
    """What the present time began with."""
    return str(CAUSE_TITLES[Cause(row.last_cause)]) if row.last_cause else ""


def _about(text: str) -> Any:
    if customer_id := customer_of_code(text):
        return queries.KEPT.id == customer_id
    return holding(text, queries.KEPT.name, Unit.label)


def _within(column: Any, day: date, first: int, second: int) -> Filter:
    """By how near the last day is."""
    conditions = {
        "gone": column < day,
        "second": (column >= day) & (column <= day + timedelta(days=second)),
        "first": (column >= day) & (column <= day + timedelta(days=first)),
    }
    titles = [
        ("second", _("Within %(count)s days", count=second)),
        ("first", _("Within %(count)s days", count=first)),
        ("gone", _("Has run out")),
    ]
    return Filter(name="when", title=_l("Last day"), condition=conditions.__getitem__, choices=titles)


def bills(day: date) -> Listing:
    first, second = FIRST_ALARM.on(day), SECOND_ALARM.on(day)
    query, limit = queries.running_out(day, max(first, second))
    return Listing(
        title=_l("Limitation"),
        query=query,
        columns=(*_bill(), *_clock(limit, second)),
        filters=(
            Filter(name="q", title=_l("Customer or unit"), condition=_about),
            _within(limit.c.expires_on, day, first, second),
        ),
        order=(limit.c.expires_on, Bill.id),
        export_permission=EXPORT,
        empty=_l("No open bill runs out soon."),
    )


def _bill() -> list[Column]:
    return [
        Column(name="customer", title=_l("Customer"), order=queries.KEPT.name, link=_customer),
        Column(name="unit", title=_l("Unit"), value=lambda row: row.unit or "", order=Unit.sort_key),
        Column(
            name="item",
            title=_l("Charge"),
            value=lambda row: f"{row.item} {days_in_words(row.begins, row.ends)}",
            order=ChargeItem.name,
            link=lambda row: url_for("billing.bill", bill_id=row.id),
        ),
        Column(name="due_on", title=_l("Due on"), kind="date", order=Bill.due_on),
        Column(name="open", title=_l("Open (yuan)"), kind="money", order=Bill.open, total="open"),
    ]


def _clock(limit: Any, second: int) -> list[Column]:
    return [
        Column(name="interrupted", title=_l("Interrupted last by"), value=_interrupted),
        Column(name="last_on", title=_l("On"), kind="date", order=limit.c.last_on),
        Column(name="expires_on", title=_l("Can be claimed until"), kind="date", order=limit.c.expires_on),
        Column(name="days", title=_l("Left"), value=_days_left, kind="badge", tone=_tone(second)),
    ]


def customers(day: date) -> Listing:
    first, second = FIRST_ALARM.on(day), SECOND_ALARM.on(day)
    query, grouped = queries.by_customer(day, max(first, second), second)
    return Listing(
        title=_l("Limitation by customer"),
        query=query,
        columns=(
            Column(name="customer", title=_l("Customer"), order=queries.KEPT.name, link=_customer),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
            Column(name="bills", title=_l("Bills"), kind="number", order=grouped.c.bills),
            _sum("open", _l("Together (yuan)"), grouped),
            _sum("gone", _l("Of it run out (yuan)"), grouped),
            _sum("soon", _("Of it within %(count)s days (yuan)", count=second), grouped),
            Column(
                name="first_on",
                title=_l("First last day"),
                kind="date",
                order=grouped.c.first_on,
                link=lambda row: url_for("limitation.index", q=file_code(row.customer_id)),
            ),
        ),
        filters=(
            Filter(name="q", title=_l("Customer"), condition=lambda text: holding(text, queries.KEPT.name)),
            _within(grouped.c.first_on, day, first, second),
        ),
        order=(grouped.c.first_on, queries.KEPT.id),
        export_permission=EXPORT,
        empty=_l("No open bill runs out soon."),
    )


def _sum(name: str, title: Any, grouped: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="money", order=grouped.c[name], total=name)
