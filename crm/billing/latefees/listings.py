"""What would be charged now, and what was charged when."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, type_coerce

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.latefees.models import LateFeeRun
from crm.billing.latefees.reckoning import Terms, overdue
from crm.billing.ledger.models import Bill
from crm.lists.listing import Column, Filter, Listing
from crm.money import Fen
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer


def _money(name: str, title: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="money", total=name)


def _of_overdue() -> tuple[Column, ...]:
    return (
        Column(name="unit", title=_l("Unit"), order=Unit.sort_key),
        Column(name="customer", title=_l("Customer"), order=Customer.name),
        Column(name="item", title=_l("Charge item")),
        Column(name="period", title=_l("Month"), value=lambda row: row.period.strftime("%Y-%m"), order=Bill.period),
        Column(name="due_on", title=_l("Due on"), kind="date", order=Bill.due_on),
        _money("open", _l("Still open (yuan)")),
        _money("fee", _l("Late fee in all (yuan)")),
        _money("charged", _l("Charged before (yuan)")),
        _money("amount", _l("To be charged (yuan)")),
    )


def to_be_charged(estate: Estate, day: date) -> Listing:
    found = overdue(estate.id, day, Terms.on(day)).subquery("overdue")
    query = (
        select(
            Bill.id,
            Customer.name.label("customer"),
            Unit.label.label("unit"),
            ChargeItem.name.label("item"),
            Bill.period,
            Bill.due_on,
            Bill.open,
            type_coerce(found.c.fee, Fen).label("fee"),
            type_coerce(found.c.charged, Fen).label("charged"),
            type_coerce(found.c.amount, Fen).label("amount"),
        )
        .join(found, found.c.bill_id == Bill.id)
        .join(Customer, Customer.id == Bill.customer_id)
        .join(ChargeItem, ChargeItem.id == Bill.item_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
    )
    return Listing(
        title=_l("Late fees to be charged"),
        query=query,
        columns=_of_overdue(),
        filters=(
            Filter(
                name="q",
                title=_l("Unit or customer"),
                condition=lambda text: (
                    Unit.label.contains(text, autoescape=True) | Customer.name.contains(text, autoescape=True)
                ),
            ),
        ),
        order=(Unit.sort_key, Bill.due_on, Bill.id),
        export_permission=Permission.customer_export,
        empty=_l("Nothing is overdue long enough, or all of it is charged."),
    )


def runs() -> Listing:
    return Listing(
        title=_l("Late fees"),
        query=select(
            LateFeeRun.id,
            LateFeeRun.estate_id,
            Estate.name.label("estate"),
            LateFeeRun.day,
            LateFeeRun.bills,
            LateFeeRun.total,
            LateFeeRun.rate,
            LateFeeRun.grace,
            LateFeeRun.charged_by,
        )
        .join(Estate, Estate.id == LateFeeRun.estate_id)
        .where(in_chosen_estate(LateFeeRun.estate_id)),
        columns=(
            Column(name="day", title=_l("Charged on"), kind="date", order=LateFeeRun.day),
            Column(
                name="estate", title=_l("Estate"), link=lambda row: url_for("latefees.preview", estate_id=row.estate_id)
            ),
            Column(name="bills", title=_l("Bills"), kind="number"),
            _money("total", _l("Sum (yuan)")),
            Column(name="rate", title=_l("Per cent a day"), value=lambda row: f"{(row.rate * 100).normalize():f}"),
            Column(name="grace", title=_l("Grace (days)"), kind="number"),
            Column(name="charged_by", title=_l("By")),
        ),
        order=(LateFeeRun.day.desc(), LateFeeRun.id.desc()),
        empty=_l("No late fee was ever charged."),
    )
