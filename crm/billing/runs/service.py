"""Drafting and publishing a month's bills: one run for an estate, an item and a month, however many ask for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import Date, String, func, literal, select, type_coerce
from sqlalchemy import insert as plain_insert

from crm.audit.log import record
from crm.billing.arithmetic import first_of, month_of
from crm.billing.charges.models import BY_RUN, ChargeItem
from crm.billing.ledger import queries as books
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.runs.events import BillsPublished
from crm.billing.runs.metered import lines, of_meter, still_unbilled
from crm.billing.runs.models import BillingRun, Publication, RunState
from crm.billing.runs.month import Month
from crm.dates import business_day, utc_now
from crm.db import UtcDateTime, insert, session
from crm.errors import DomainError
from crm.money import Fen


def draft(item: ChargeItem, period: date) -> BillingRun:
    """The run of this item and month, opened where there is none."""
    if item.basis not in BY_RUN:
        raise DomainError(_("%(item)s is not charged by a run.", item=item.name))
    period = first_of(period)
    opened = insert(BillingRun).values(
        estate_id=item.estate_id,
        item_id=item.id,
        period=period,
        due_on=period.replace(day=item.due_day),
        state=RunState.draft,
        bills=0,
        total=Decimal(0),
        drafted_by=g.actor.name,
        drafted_at=utc_now(),
    )
    session().execute(opened.on_conflict_do_nothing(index_elements=["item_id", "period"]))
    return session().scalars(select(BillingRun).where(BillingRun.item_id == item.id, BillingRun.period == period)).one()


def publish(run: BillingRun, item: ChargeItem) -> BillingRun:
    """Put the month's bills into the books, once: whoever comes second gets what the first published."""
    _hold(run)
    return run if run.state is RunState.published else _publish(run, item)


def supplement(run: BillingRun, item: ChargeItem) -> BillingRun:
    """Bill what was skipped when the month was published: a reading that came late, an owner entered since."""
    _hold(run)
    return _publish(run, item)


def _hold(run: BillingRun) -> None:
    session().flush()
    session().refresh(run, with_for_update=True)


def _publish(run: BillingRun, item: ChargeItem) -> BillingRun:
    month, booked = Month.of(item, run.period), books.open_month(run.estate_id, business_day())
    before = _in_the_books(run)
    session().execute(_bills(run, month, booked))
    after = _in_the_books(run)
    run.state, run.bills, run.total = RunState.published, *after
    run.published_by, run.published_at = run.published_by or g.actor.name, run.published_at or utc_now()
    added = after[0] - before[0], after[1] - before[1]
    if added[0]:
        session().add(
            Publication(
                run_id=run.id,
                bills=added[0],
                total=added[1],
                month=booked,
                published_by=g.actor.name,
                published_at=utc_now(),
            )
        )
    session().flush()
    record(
        BillsPublished(
            run_id=run.id, estate_id=run.estate_id, item=item.name, period=run.period, bills=added[0], total=added[1]
        )
    )
    return run


def _in_the_books(run: BillingRun) -> tuple[int, Any]:
    """How many bills the run has made, and their sum."""
    sums = select(func.count(), func.coalesce(func.sum(Bill.amount), 0)).where(Bill.run_id == run.id)
    count, total = session().execute(sums).one()
    return count, total


def _bills(run: BillingRun, month: Month, booked: date) -> Any:
    """INSERT … SELECT: every stretch that no bill charges yet becomes one."""
    found = lines(month).subquery("stretch")
    amount = type_coerce(found.c.amount, Fen)
    given: dict[str, Any] = {
        "estate_id": literal(run.estate_id),
        "unit_id": found.c.unit_id,
        "customer_id": found.c.customer_id,
        "item_id": literal(month.item.id),
        "run_id": literal(run.id),
        "source": literal(BillSource.run.value, String),
        "period": literal(run.period, Date),
        "begins": found.c.begins,
        "ends": found.c.ends,
        "due_on": literal(run.due_on, Date),
        "month": literal(booked, Date),
        "amount": amount,
        "open": amount,
        "voided": literal(False),
        "quantity": found.c.quantity,
        "price": found.c.price,
        "days": found.c.days,
        "days_of": literal(len(month_of(run.period))),
        "tariff_id": found.c.tariff_id,
        "meter": literal(0),
        "note": literal("", String),
        "issued_on": literal(business_day(), Date),
        "issued_by": literal(g.actor.name, String),
        "issued_at": literal(utc_now(), UtcDateTime),
    } | of_meter(month, found)
    rows = select(*given.values()).where(still_unbilled(month, found)).order_by(found.c.unit_id, found.c.begins)
    return plain_insert(Bill).from_select(list(given), rows, include_defaults=False)
