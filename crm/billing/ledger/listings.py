"""The registers of bills and payments, and the work list of requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger import register, service
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.forms import BulkWaiverForm
from crm.billing.ledger.models import (
    ADJUSTMENT_TITLES,
    BILL_TITLES,
    METHOD_TITLES,
    REQUEST_TITLES,
    SOURCE_TITLES,
    AdjustmentKind,
    AdjustmentRequest,
    Bill,
    BillState,
    Method,
    Payment,
    RequestState,
)
from crm.billing.ledger.queries import bills_with, standings
from crm.billing.ledger.service import Wish
from crm.lists.listing import BulkAction, Column, Effect, Filter, Listing
from crm.lists.periods import day_filters, month_filter
from crm.properties.models import Estate, Unit
from crm.properties.queries import estate_names
from crm.tenants.models import Customer
from crm.web.templating import money

TONES = {
    BillState.issued: "blue",
    BillState.part_paid: "orange",
    BillState.paid: "green",
    BillState.void: "grey",
    BillState.written_off: "purple",
}
REQUEST_TONES = {
    RequestState.requested: "orange",
    RequestState.approved: "green",
    RequestState.refused: "red",
    RequestState.withdrawn: "grey",
}


def _account(row: Any) -> str:
    return url_for("billing.account", customer_id=row.customer_id)


def _money(name: str, title: Any, column: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="money", order=column, total=name)


def _day(name: str, title: Any, column: Any) -> Column:
    return Column(name=name, title=title, value=attrgetter(name), kind="date", order=column)


def _month(name: str, title: Any, column: Any) -> Column:
    return Column(name=name, title=title, value=lambda row: f"{getattr(row, name):%Y-%m}", order=column)


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(
        name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles.items()]
    )


CUSTOMER = Column(name="customer", title=_l("Customer"), order=Customer.name, link=_account)
UNIT = Column(name="unit", title=_l("Unit"), order=Unit.sort_key)
ESTATE = Column(name="estate", title=_l("Estate"), order=Estate.name)


def bills(day: date) -> Listing:
    return Listing(
        title=_l("Bills"),
        query=register.bills(),
        columns=_bill_columns(day),
        filters=_bill_filters(day),
        order=(Bill.id.desc(),),
        export_permission=Permission.customer_export,
        empty=_l("No bill was issued yet. A billing run makes them, or a single charge on a customer's account."),
        actions=(ASK_FOR_WAIVERS,),
    )


def _is_overdue(row: Any, day: date) -> bool:
    return bool(row.open > 0 and row.due_on < day)


def _bill_columns(day: date) -> tuple[Column, ...]:
    return (
        Column(
            name="item",
            title=_l("Charge"),
            order=ChargeItem.name,
            link=lambda row: url_for("billing.bill", bill_id=row.id),
        ),
        Column(
            name="days",
            title=_l("Days charged"),
            value=lambda row: days_in_words(row.begins, row.ends),
            order=Bill.begins,
        ),
        UNIT,
        CUSTOMER,
        _money("amount", _l("Charged (yuan)"), Bill.amount),
        _money("open", _l("Open (yuan)"), Bill.open),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(_("Past due") if _is_overdue(row, day) else BILL_TITLES[BillState(row.state)]),
            kind="badge",
            tone=lambda row: "red" if _is_overdue(row, day) else TONES[BillState(row.state)],
        ),
        _day("due_on", _l("Due on"), Bill.due_on),
        Column(name="source", title=_l("Made by"), value=lambda row: str(SOURCE_TITLES[row.source])),
        _month("month", _l("In the books of"), Bill.month),
        _day("issued_on", _l("Issued on"), Bill.issued_on),
        Column(name="issued_by", title=_l("Issued by")),
        ESTATE,
    )


def _bill_filters(day: date) -> tuple[Filter, ...]:
    names, places = register.item_names(), register.buildings()
    states = {register.OWED: _l("Something open")} | {str(state): title for state, title in BILL_TITLES.items()}
    overdue = {"1": _l("Past due")}
    return (
        Filter(name="q", title=_l("Customer or unit"), condition=register.bill_about),
        month_filter("period", _l("Month charged"), Bill.period),
        _choice("item", _l("Charge"), lambda value: ChargeItem.name == value, {name: name for name in names}),
        _choice("estate", _l("Estate"), lambda value: Bill.estate_id == int(value), estate_names()),
        _choice("building", _l("Building"), lambda value: Unit.building_id == int(value), places),
        _choice("state", _l("State"), register.in_state, states),
        _choice("overdue", _l("Due day"), lambda _value: register.overdue(day), overdue),
    )


def payments() -> Listing:
    cashiers = register.cashiers()
    return Listing(
        title=_l("Payments"),
        query=register.payments(),
        columns=(
            Column(
                name="paid_on",
                title=_l("Day paid"),
                kind="date",
                order=Payment.paid_on,
                link=lambda row: url_for("billing.payment", payment_id=row.id),
            ),
            CUSTOMER,
            _money("amount", _l("Sum (yuan)"), Payment.amount),
            _money("open", _l("In credit (yuan)"), Payment.open),
            Column(name="method", title=_l("Method"), value=lambda row: str(METHOD_TITLES[row.method])),
            Column(name="reference", title=_l("Reference")),
            Column(name="payer", title=_l("Paid by")),
            Column(name="received_by", title=_l("Cashier"), order=Payment.received_by),
            _day("received_at", _l("Entered at"), Payment.received_at),
            _month("month", _l("In the books of"), Payment.month),
            Column(name="note", title=_l("Remark"), kind="long"),
            ESTATE,
        ),
        filters=(
            Filter(name="q", title=_l("Customer, unit or reference"), condition=register.payment_about),
            *day_filters(Payment.paid_on),
            _choice("method", _l("Method"), lambda value: Payment.method == Method(value), METHOD_TITLES),
            _choice("cashier", _l("Cashier"), lambda value: Payment.received_by_id == int(value), cashiers),
        ),
        order=(Payment.id.desc(),),
        export_permission=Permission.customer_export,
        empty=_l("No payment was entered yet."),
    )


def about(row: Any) -> str:
    """The bill or the payment a request is about."""
    if row.bill_id is None:
        return _("Payment of %(day)s, %(method)s", day=row.paid_on.isoformat(), method=METHOD_TITLES[row.method])
    return " ".join(filter(None, (row.item, days_in_words(row.begins, row.ends), row.unit)))


def requests() -> Listing:
    return Listing(
        title=_l("Requests to decide"),
        query=register.requests(),
        columns=_request_columns(),
        filters=_request_filters(),
        order=(_waiting_first(), AdjustmentRequest.id.desc()),
        export_permission=Permission.customer_export,
        empty=_l("Nothing was asked for. Waivers, write-offs and refunds are asked for on a bill or a payment."),
    )


def _request_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="kind",
            title=_l("Kind"),
            value=lambda row: str(ADJUSTMENT_TITLES[row.kind]),
            link=lambda row: url_for("billing.request", adjustment_request_id=row.id),
        ),
        Column(name="about", title=_l("About"), value=about),
        CUSTOMER,
        _money("amount", _l("Sum (yuan)"), AdjustmentRequest.amount),
        Column(name="reason", title=_l("Reason"), kind="long"),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(REQUEST_TITLES[row.state]),
            kind="badge",
            tone=lambda row: REQUEST_TONES[row.state],
        ),
        Column(name="asked_by", title=_l("Asked by"), order=register.ASKER.full_name),
        _day("requested_at", _l("Asked at"), AdjustmentRequest.requested_at),
        Column(name="decided_by", title=_l("Approver")),
        _day("decided_at", _l("Decided at"), AdjustmentRequest.decided_at),
        Column(name="decision", title=_l("Remark"), kind="long"),
        ESTATE,
    )


def _request_filters() -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Customer, unit or reason"), condition=register.request_about),
        _choice("state", _l("State"), lambda value: AdjustmentRequest.state == value, REQUEST_TITLES),
        _choice("kind", _l("Kind"), lambda value: AdjustmentRequest.kind == value, ADJUSTMENT_TITLES),
        _choice(
            "mine",
            _l("Only mine"),
            _mine,
            {"asked": _l("Asked by me"), "decide": _l("For me to decide"), "decided": _l("Decided by me")},
        ),
    )


def _waiting_first() -> ColumnElement[int]:
    return case((AdjustmentRequest.state == RequestState.requested, 0), else_=1)


def _mine(value: str) -> ColumnElement[bool]:
    """Of somebody who may approve, all that others ask for is to be decided."""
    me = actor().user_id
    if value == "asked":
        return AdjustmentRequest.requested_by_id == me
    if value == "decided":
        return AdjustmentRequest.decided_by_id == me
    waits = AdjustmentRequest.state == RequestState.requested
    return waits & (AdjustmentRequest.requested_by_id != me)


def _preview(ids: Sequence[int], _form: Any) -> list[Effect]:
    found = bills_with(ids)
    known = standings(found)
    return [_effect(bill, service.request_hindrance(bill, AdjustmentKind.waiver, known[bill.id])) for bill in found]


def _effect(bill: Bill, hindrance: str) -> Effect:
    unit = bill.unit.label if bill.unit else ""
    label = " ".join(filter(None, (bill.item.name, days_in_words(bill.begins, bill.ends), unit)))
    asked = _("waiver of %(sum)s asked for", sum=money(bill.open))
    return Effect(id=bill.id, label=label, old=_("%(sum)s open", sum=money(bill.open)), new=asked, hindrance=hindrance)


def _ask(ids: Sequence[int], form: Any) -> str:
    """Of each all that is open; the work list shows what was asked for."""
    for bill in bills_with(ids):
        service.request(bill, Wish(kind=AdjustmentKind.waiver, amount=bill.open, reason=form.reason.data))
    return url_for("billing.requests", mine="asked")


ASK_FOR_WAIVERS = BulkAction(
    name="waive",
    title=_l("Ask for a waiver"),
    permission=Permission.cash_take,
    preview=_preview,
    apply=_ask,
    form=BulkWaiverForm,
    icon="heart-handshake",
)
