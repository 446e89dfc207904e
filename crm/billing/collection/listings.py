"""Lists of mandates, batches and a batch's lines."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.auth.permissions import Permission
from crm.billing.collection.models import (
    BATCH_TITLES,
    LINE_TITLES,
    BatchState,
    CollectionBatch,
    CollectionLine,
    LineState,
    Mandate,
)
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer

TONES = {
    BatchState.drawn: "blue",
    BatchState.returned: "orange",
    BatchState.booked: "green",
    BatchState.cancelled: "grey",
}
LINE_TONES = {LineState.waiting: "grey", LineState.paid: "green", LineState.failed: "red"}


def _choices(name: str, title: Any, column: Any, titles: Any) -> Filter:
    kind = type(next(iter(titles)))
    return Filter(
        name=name,
        title=title,
        condition=lambda value: column == kind(value),
        choices=[(str(key), words) for key, words in titles.items()],
    )


def _of_batches() -> tuple[Column, ...]:
    return (
        Column(
            name="drawn_on",
            title=_l("Drawn on"),
            kind="date",
            order=CollectionBatch.drawn_on,
            link=lambda row: url_for("collection.show", batch_id=row.id),
        ),
        Column(name="estate", title=_l("Estate")),
        Column(name="due_until", title=_l("Due by"), kind="date"),
        Column(name="lines", title=_l("Accounts"), kind="number"),
        Column(name="total", title=_l("Sum (yuan)"), kind="money", total="total"),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(BATCH_TITLES[row.state]),
            kind="badge",
            tone=lambda row: TONES[row.state],
        ),
        Column(name="drawn_by", title=_l("By")),
    )


def batches() -> Listing:
    return Listing(
        title=_l("Bank collection"),
        query=select(
            CollectionBatch.id,
            CollectionBatch.drawn_on,
            CollectionBatch.due_until,
            CollectionBatch.lines,
            CollectionBatch.total,
            CollectionBatch.state,
            CollectionBatch.drawn_by,
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == CollectionBatch.estate_id)
        .where(in_chosen_estate(CollectionBatch.estate_id)),
        columns=_of_batches(),
        filters=(_choices("state", _l("State"), CollectionBatch.state, BATCH_TITLES),),
        order=(CollectionBatch.id.desc(),),
        empty=_l("The bank was never asked. Enter mandates, then draw a file."),
    )


def _of_lines() -> tuple[Column, ...]:
    return (
        Column(name="serial", title=_l("No."), kind="number", order=CollectionLine.serial),
        Column(
            name="customer",
            title=_l("Customer"),
            order=Customer.name,
            link=lambda row: url_for("tenants.customer", customer_id=row.customer_id),
        ),
        Column(name="agreement", title=_l("Agreement number")),
        Column(name="bank", title=_l("Bank")),
        Column(name="account", title=_l("Account number"), value=attrgetter("account_masked")),
        Column(name="amount", title=_l("Asked for (yuan)"), kind="money", total="amount"),
        Column(
            name="state",
            title=_l("Answer"),
            value=lambda row: str(LINE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: LINE_TONES[row.state],
        ),
        Column(name="paid", title=_l("Taken (yuan)"), kind="money", total="paid"),
        Column(name="reason", title=_l("Why not")),
    )


def lines(batch: CollectionBatch) -> Listing:
    return Listing(
        title=_l("What the bank was asked for"),
        query=select(
            CollectionLine.id,
            CollectionLine.serial,
            CollectionLine.customer_id,
            Customer.name.label("customer"),
            Mandate.bank,
            Mandate.account_masked,
            Mandate.agreement,
            CollectionLine.amount,
            CollectionLine.state,
            CollectionLine.paid,
            CollectionLine.reason,
        )
        .join(Mandate, Mandate.id == CollectionLine.mandate_id)
        .join(Customer, Customer.id == CollectionLine.customer_id)
        .where(CollectionLine.batch_id == batch.id),
        columns=_of_lines(),
        filters=(
            Filter(
                name="q",
                title=_l("Customer or agreement number"),
                condition=lambda text: (
                    Customer.name.contains(text, autoescape=True) | Mandate.agreement.contains(text, autoescape=True)
                ),
            ),
            _choices("state", _l("Answer"), CollectionLine.state, LINE_TITLES),
        ),
        order=(CollectionLine.serial,),
        export_permission=Permission.billing_run,
        empty=_l("Nobody is on this file."),
    )


def _of_mandates() -> tuple[Column, ...]:
    return (
        Column(
            name="customer",
            title=_l("Customer"),
            order=Customer.name,
            link=lambda row: url_for("collection.mandates_of", customer_id=row.customer_id),
        ),
        Column(name="agreement", title=_l("Agreement number"), order=Mandate.agreement),
        Column(name="bank", title=_l("Bank"), order=Mandate.bank),
        Column(name="holder", title=_l("Account holder")),
        Column(name="account", title=_l("Account number"), value=attrgetter("account_masked")),
        Column(name="since", title=_l("In force from"), kind="date", order=Mandate.since),
        Column(name="ended_on", title=_l("Ended on"), kind="date"),
    )


def mandates() -> Listing:
    return Listing(
        title=_l("Mandates"),
        query=select(
            Mandate.id,
            Mandate.customer_id,
            Customer.name.label("customer"),
            Mandate.agreement,
            Mandate.bank,
            Mandate.holder,
            Mandate.account_masked,
            Mandate.since,
            Mandate.ended_on,
        )
        .join(Customer, Customer.id == Mandate.customer_id)
        .where(in_chosen_estate(Mandate.estate_id)),
        columns=_of_mandates(),
        filters=(
            Filter(
                name="q",
                title=_l("Customer or agreement number"),
                condition=lambda text: (
                    Customer.name.contains(text, autoescape=True) | Mandate.agreement.contains(text, autoescape=True)
                ),
            ),
        ),
        order=(Customer.name, Mandate.id),
        export_permission=Permission.customer_export,
        empty=_l("Nobody has given a mandate yet. Enter one from the customer's file."),
    )
