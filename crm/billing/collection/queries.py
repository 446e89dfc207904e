"""Mandates, batches and their lines inside the person's estates; what a batch would ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.billing.collection.models import BatchState, CollectionBatch, CollectionLine, LineState, Mandate
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT, disputed_on
from crm.db import session
from crm.tenants.models import Customer


def get_mandate(mandate_id: int) -> Mandate:
    """404 outside the person's estates, as every `get_` here does."""
    found = select(Mandate).where(Mandate.id == mandate_id, within(Mandate.estate_id))
    return session().scalars(found.options(joinedload(Mandate.customer))).one_or_none() or abort(404)


def live_mandate(customer_id: int) -> Mandate | None:
    found = select(Mandate).where(Mandate.customer_id == customer_id, Mandate.ended_on.is_(None))
    return session().scalars(found).one_or_none()


def get_batch(batch_id: int) -> CollectionBatch:
    found = select(CollectionBatch).where(CollectionBatch.id == batch_id, within(CollectionBatch.estate_id))
    return session().scalars(found.options(joinedload(CollectionBatch.estate))).one_or_none() or abort(404)


def lines_of(batch_id: int) -> Sequence[CollectionLine]:
    found = select(CollectionLine).where(CollectionLine.batch_id == batch_id).order_by(CollectionLine.serial)
    parts = joinedload(CollectionLine.mandate), joinedload(CollectionLine.customer)
    return session().scalars(found.options(*parts)).all()


def unbooked(batch_id: int, count: int) -> Sequence[CollectionLine]:
    """The next lines that the bank says are paid and that are in no books yet."""
    found = select(CollectionLine).where(
        CollectionLine.batch_id == batch_id,
        CollectionLine.state == LineState.paid,
        CollectionLine.payment_id.is_(None),
    )
    return (
        session()
        .scalars(found.options(joinedload(CollectionLine.customer)).order_by(CollectionLine.serial).limit(count))
        .all()
    )


def to_be_asked(estate_id: int, until: date, day: date) -> Select[*tuple[Any, ...]]:
    """mandate_id, customer_id, amount: what is open and due by `until` of each customer with a mandate.

    Disputed lines are left out, and customers whom an earlier batch still asks for.
    """
    asked = (
        select(CollectionLine.mandate_id)
        .join(CollectionBatch, CollectionBatch.id == CollectionLine.batch_id)
        .where(CollectionBatch.state.in_([BatchState.drawn, BatchState.returned]))
    )
    amount = func.sum(Bill.open)
    return (
        select(Mandate.id.label("mandate_id"), Mandate.customer_id, amount.label("amount"))
        .join(Customer, Customer.kept_id == Mandate.customer_id)
        .join(Bill, Bill.customer_id == Customer.id)
        .where(Mandate.estate_id == estate_id, Mandate.ended_on.is_(None), Mandate.since <= day)
        .where(Bill.open > NOUGHT, Bill.due_on <= until, ~disputed_on(day), Mandate.id.not_in(asked))
        .group_by(Mandate.id, Mandate.customer_id)
        .order_by(Mandate.id)
    )


def batch_sums(batch_id: int) -> dict[LineState, tuple[int, Any]]:
    """Lines and yuan by what the bank said; of those not paid the yuan asked for."""
    amount = func.sum(func.coalesce(CollectionLine.paid, CollectionLine.amount))
    found = select(CollectionLine.state, func.count(), amount).where(CollectionLine.batch_id == batch_id)
    return {row[0]: (row[1], row[2]) for row in session().execute(found.group_by(CollectionLine.state))}
