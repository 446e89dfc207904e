"""Lists of a run: the units that get no bill, days that nobody pays for, and whom to send a notice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from crm.auth.actor import within
from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import disputed_on
from crm.billing.runs import preview
from crm.billing.runs.month import Month
from crm.billing.runs.reasons import EXPECTED, FOUND_OUT, REASON_TITLES, Reason, mending
from crm.dates import business_day
from crm.db import session
from crm.lists.description import BulkAction
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import month_filter
from crm.properties.models import USE_TITLES, Building, Estate, Unit
from crm.properties.queries import estate_names, in_chosen_estate
from crm.tenants.models import Customer

NOUGHT = Decimal(0)


def _unit(row: Any) -> str:
    return url_for("tenants.unit", unit_id=row.id)


def skipped(month: Month) -> Listing:
    query = preview.skipped(month)
    reason = query.selected_columns.reason
    titles = [(each.value, title) for each, title in REASON_TITLES.items()]
    return Listing(
        title=_l("Units without a bill"),
        query=query,
        columns=(
            Column(name="unit", title=_l("Unit"), value=attrgetter("label"), order=Unit.sort_key, link=_unit),
            Column(name="use", title=_l("Use"), value=lambda row: str(USE_TITLES[row.use])),
            Column(
                name="reason",
                title=_l("Reason"),
                value=lambda row: str(REASON_TITLES[row.reason]),
                kind="badge",
                tone=lambda row: "grey" if row.reason in EXPECTED else "orange",
                order=reason,
            ),
            Column(
                name="mend",
                title=_l("What to do"),
                value=lambda row: str(FOUND_OUT[row.reason]),
                link=lambda row: mending(row.reason, month.item, row.id, row.label),
            ),
            Column(name="area", title=_l("Built area"), value=attrgetter("built_area"), kind="area"),
            Column(name="handover_on", title=_l("Handed over on"), kind="date"),
        ),
        filters=(
            Filter(name="reason", title=_l("Reason"), condition=lambda value: reason == value, choices=titles),
            Filter(name="q", title=_l("Unit"), condition=lambda text: holding(text, Unit.label)),
        ),
        order=(case((reason.in_(EXPECTED), 1), else_=0), Unit.sort_key, Unit.id),
        export_permission=Permission.billing_read,
        empty=_l("Every unit gets a bill."),
    )


def unpaid(month: Month) -> Listing:
    query = preview.part_paid(month)
    days = query.selected_columns.unpaid
    return Listing(
        title=_l("Days that nobody pays for"),
        query=query,
        columns=(
            Column(name="unit", title=_l("Unit"), value=attrgetter("label"), order=Unit.sort_key, link=_unit),
            Column(
                name="days", title=_l("Days"), value=attrgetter("unpaid"), kind="number", order=days, total="unpaid"
            ),
            Column(name="mend", title=_l("What to do"), value=lambda _row: str(FOUND_OUT[Reason.nobody]), link=_unit),
        ),
        order=(Unit.sort_key, Unit.id),
        export_permission=Permission.billing_read,
        empty=_l("Somebody pays for every day."),
    )


def notices(actions: Sequence[BulkAction]) -> Listing:
    """Customers with something to pay, whom a notice tells of all of it."""
    return Listing(
        title=_l("Bill notices"),
        query=_owing(),
        columns=(
            Column(
                name="customer",
                title=_l("Customer"),
                value=attrgetter("name"),
                order=Customer.name,
                link=lambda row: url_for("tenants.customer", customer_id=row.id),
            ),
            Column(name="estate", title=_l("Estate"), order=Estate.name),
            Column(name="unit", title=_l("Unit"), value=_place, order=func.min(Unit.sort_key)),
            Column(name="bills", title=_l("Open bills"), kind="number", total="bills"),
            Column(name="open", title=_l("To pay (yuan)"), kind="money", total="open"),
            Column(name="due_on", title=_l("Due since"), kind="date", order=func.min(Bill.due_on)),
        ),
        filters=(
            Filter(name="q", title=_l("Name or unit"), condition=lambda text: holding(text, Customer.name, Unit.label)),
            month_filter("month", _l("Bills of the month"), Bill.period),
            _choice("estate", _l("Estate"), Bill.estate_id, estate_names()),
            _choice("building", _l("Building"), Unit.building_id, _buildings()),
            _choice("item", _l("Charge item"), Bill.item_id, _items()),
        ),
        order=(Estate.name, func.min(Unit.sort_key), Customer.id),
        export_permission=Permission.customer_export,
        empty=_l("Nobody has anything to pay."),
        actions=actions,
    )


def _place(row: Any) -> str:
    if row.units > 1:
        return _("%(unit)s and %(count)s more", unit=row.unit, count=row.units - 1)
    return row.unit or ""


def _owing() -> Any:
    """Grouped by the file that is kept; what is disputed is left out."""
    kept = select(Customer.id, func.coalesce(Customer.merged_into_id, Customer.id).label("kept")).subquery("kept")
    return (
        select(
            Customer.id,
            Customer.name,
            Estate.name.label("estate"),
            func.min(Unit.label).label("unit"),
            func.count(Unit.id.distinct()).label("units"),
            func.count(Bill.id).label("bills"),
            func.sum(Bill.open).label("open"),
            func.min(Bill.due_on).label("due_on"),
        )
        .select_from(Bill)
        .join(kept, kept.c.id == Bill.customer_id)
        .join(Customer, Customer.id == kept.c.kept)
        .join(Estate, Estate.id == Bill.estate_id)
        .outerjoin(Unit, Unit.id == Bill.unit_id)
        .where(Bill.open > NOUGHT, in_chosen_estate(Bill.estate_id), ~disputed_on(business_day()))
        .group_by(Customer.id, Customer.name, Estate.name)
    )


def _choice(name: str, title: Any, column: Any, titles: dict[int, str]) -> Filter:
    choices = [(str(key), words) for key, words in titles.items()]
    return Filter(name=name, title=title, condition=lambda value: column == int(value), choices=choices)


def _buildings() -> dict[int, str]:
    found = select(Building.id, Building.number).where(in_chosen_estate(Building.estate_id)).order_by(Building.sort_key)
    return {row.id: row.number for row in session().execute(found)}


def _items() -> dict[int, str]:
    found = (
        select(ChargeItem.id, ChargeItem.name, Estate.name.label("estate"))
        .join(Estate, Estate.id == ChargeItem.estate_id)
        .where(within(ChargeItem.estate_id), in_chosen_estate(ChargeItem.estate_id))
    )
    rows = session().execute(found.order_by(Estate.name, ChargeItem.position, ChargeItem.name)).all()
    return {row.id: f"{row.name} · {row.estate}" for row in rows}
