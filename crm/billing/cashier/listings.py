"""The list of receipts, and of day closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.auth.permissions import Permission
from crm.billing.cashier import queries
from crm.billing.cashier.models import CLOSE_TITLES, RECEIPT_TITLES, CloseState, DayClose, Receipt, ReceiptKind
from crm.billing.cashier.service.closing import total
from crm.billing.ledger.models import AT_THE_COUNTER, METHOD_TITLES, Method
from crm.dates import business_day, parse_date
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number
from crm.properties.models import Estate

CLOSE_TONES = {CloseState.unexplained: "red", CloseState.counted: "orange", CloseState.signed: "green"}
SIGNED = DayClose.state == CloseState.signed  # last: what waits stands first
VOID = Receipt.voided_at.is_not(None)


def receipt_state(row: Any) -> str:
    return _("Void: %(reason)s", reason=row.void_reason) if row.voided_at else _("Valid")


def _day(text: str) -> date | None:
    try:
        return parse_date(text, business_day())
    except ValueError:
        return None


def _from(column: Any) -> Callable[[str], ColumnElement[bool]]:
    return lambda text: column >= day if (day := _day(text)) else false()


def _to(column: Any) -> Callable[[str], ColumnElement[bool]]:
    return lambda text: column <= day if (day := _day(text)) else false()


def _about(text: str) -> ColumnElement[bool]:
    """Number, customer, unit or reference, as the receipt says them."""
    said = (Receipt.content[name].as_string() for name in ("customer", "units", "reference", "payer"))
    return holding(text, Number.text, *said)


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    offered = [(str(key), words) for key, words in titles.items()]
    return Filter(name=name, title=title, condition=condition, choices=offered)


METHOD_CHOICES = {method: METHOD_TITLES[method] for method in (*AT_THE_COUNTER, Method.bank_collection)}
STATES = {"valid": _l("Valid"), "void": _l("Void")}


def receipts() -> Listing:
    return Listing(
        title=_l("Receipts"),
        query=queries.receipts(),
        columns=_receipt_columns(),
        filters=_receipt_filters(),
        order=(Receipt.id.desc(),),
        export_permission=Permission.billing_read,
        empty=_l("No receipt yet. The first one comes with the first payment at the counter."),
    )


def _receipt(row: Any) -> str:
    return url_for("cashier.receipt", receipt_id=row.id)


def _receipt_tone(row: Any) -> str:
    return "red" if row.voided_at else "green"


def _receipt_columns() -> tuple[Column, ...]:
    return (
        Column(name="number", title=_l("Number"), order=Number.text, link=_receipt),
        Column(
            name="issued", title=_l("Issued at"), value=attrgetter("issued_at"), kind="date", order=Receipt.issued_at
        ),
        Column(name="kind", title=_l("Kind"), value=lambda row: str(RECEIPT_TITLES[row.kind])),
        Column(name="customer", title=_l("Customer")),
        Column(name="units", title=_l("Units")),
        Column(name="method", title=_l("Method"), value=lambda row: str(METHOD_TITLES[Method(row.method)])),
        Column(name="amount", title=_l("Sum (yuan)"), kind="money", order=Receipt.amount),
        Column(name="counts", title=_l("Counts for (yuan)"), kind="money", total="counts"),
        Column(name="state", title=_l("State"), value=receipt_state, kind="badge", tone=_receipt_tone),
        Column(name="by", title=_l("Cashier"), value=attrgetter("issued_by"), order=Receipt.issued_by),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )


def _receipt_filters() -> tuple[Filter, ...]:
    method = Receipt.content["method"].as_string()
    return (
        Filter(name="q", title=_l("Number, customer, unit or reference"), condition=_about),
        _choice("kind", _l("Kind"), lambda value: Receipt.kind == ReceiptKind(value), RECEIPT_TITLES),
        _choice("method", _l("Method"), lambda value: method == value, METHOD_CHOICES),
        _choice("state", _l("State"), lambda value: VOID if value == "void" else ~VOID, STATES),
        *_span(Receipt.issued_on),
    )


def _span(column: Any) -> tuple[Filter, Filter]:
    return (
        Filter(name="since", title=_l("From"), condition=_from(column), hint="2026-11-01"),
        Filter(name="until", title=_l("To"), condition=_to(column), hint="2026-11-30"),
    )


def closes() -> Listing:
    return Listing(
        title=_l("Day closes"),
        query=queries.closes(),
        columns=_close_columns(),
        filters=_close_filters(),
        order=(SIGNED, DayClose.closed_at.desc(), DayClose.id.desc()),
        export_permission=Permission.billing_read,
        empty=_l("No day was closed yet. A cashier closes the day at the counter."),
    )


def _close(row: Any) -> str:
    return url_for("cashier.close", day_close_id=row.id)


def _close_columns() -> tuple[Column, ...]:
    return (
        Column(name="day", title=_l("Day"), kind="date", order=DayClose.day, link=_close),
        Column(name="cashier", title=_l("Cashier")),
        _told("expected", _l("By the documents (yuan)")),
        _told("counted", _l("Counted (yuan)")),
        Column(
            name="variance",
            title=_l("Difference (yuan)"),
            kind="money",
            order=DayClose.variance,
            total="variance",
        ),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(CLOSE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: CLOSE_TONES[row.state],
        ),
        Column(name="explanation", title=_l("Explanation"), kind="long"),
        Column(name="signed", title=_l("Signer"), value=attrgetter("signed_by")),
        Column(
            name="closed", title=_l("Closed at"), value=attrgetter("closed_at"), kind="date", order=DayClose.closed_at
        ),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )


def _close_filters() -> tuple[Filter, ...]:
    differs = {"yes": _l("With a difference"), "no": _l("Without")}
    return (
        _choice("state", _l("State"), lambda value: DayClose.state == CloseState(value), CLOSE_TITLES),
        _choice("cashier", _l("Cashier"), lambda value: DayClose.cashier_id == int(value), queries.cashiers()),
        _choice("variance", _l("Difference"), _differs, differs),
        *_span(DayClose.day),
    )


def _differs(value: str) -> ColumnElement[bool]:
    return (DayClose.variance != Decimal(0)) if value == "yes" else (DayClose.variance == Decimal(0))


def _told(name: str, title: Any) -> Column:
    return Column(name=name, title=title, value=lambda row: total(getattr(row, name)), kind="money")
