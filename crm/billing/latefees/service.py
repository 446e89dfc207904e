"""Charging late fees of a day, once."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import Date, String, func, literal, select, type_coerce
from sqlalchemy import insert as plain_insert

from crm.audit.log import record
from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.latefees.events import LateFeesCharged
from crm.billing.latefees.figures import CLAUSE, hindrance
from crm.billing.latefees.models import LateFeeRun
from crm.billing.latefees.reckoning import Terms, overdue
from crm.billing.ledger import queries as books
from crm.billing.ledger.models import Bill, BillSource
from crm.dates import business_day, utc_now
from crm.db import UtcDateTime, session
from crm.errors import DomainError
from crm.money import Fen, Millionths, Thousandths
from crm.properties.models import Estate


def late_fee_item(estate_id: int) -> ChargeItem | None:
    found = select(ChargeItem).where(
        ChargeItem.estate_id == estate_id, ChargeItem.basis == Basis.late_fee, ChargeItem.active
    )
    return session().scalars(found.order_by(ChargeItem.id).limit(1)).one_or_none()


def preview(estate_id: int, day: date) -> tuple[int, Any]:
    """How many bills would be charged, and their sum in yuan."""
    found = overdue(estate_id, day, Terms.on(day)).subquery()
    sums = select(func.count(), type_coerce(func.coalesce(func.sum(found.c.amount), 0), Fen))
    count, total = session().execute(sums).one()
    return count, total


def charge_late_fees(estate: Estate) -> LateFeeRun:
    """Charge up to today; whoever asks a second time on one day gets what the first charged.

    Raises `DomainError` while late fees are switched off or the estate has no charge item for them.
    """
    day = business_day()
    if reason := hindrance(day):
        raise DomainError(reason)
    item = late_fee_item(estate.id)
    if item is None:
        raise DomainError(_("This estate has no charge item for late fees. Add one first."))
    session().execute(select(Estate.id).where(Estate.id == estate.id).with_for_update())
    found = select(LateFeeRun).where(LateFeeRun.estate_id == estate.id, LateFeeRun.day == day)
    return session().scalars(found).one_or_none() or _charged(estate, item, day)


def _charged(estate: Estate, item: ChargeItem, day: date) -> LateFeeRun:
    terms = Terms.on(day)
    session().execute(_bills(estate.id, item, day, terms))
    made = select(func.count(), func.coalesce(func.sum(Bill.amount), 0)).where(
        Bill.item_id == item.id, Bill.issued_on == day, Bill.source == BillSource.late_fee
    )
    count, total = session().execute(made).one()
    run = LateFeeRun(
        estate_id=estate.id,
        day=day,
        rate=terms.rate,
        grace=terms.grace,
        cap=terms.cap,
        clause=CLAUSE.on(day),
        bills=count,
        total=total,
        charged_by=g.actor.name,
        charged_at=utc_now(),
    )
    session().add(run)
    session().flush()
    record(LateFeesCharged(late_fee_run_id=run.id, estate_id=estate.id, day=day, bills=count, total=total))
    return run


def _bills(estate_id: int, item: ChargeItem, day: date, terms: Terms) -> Any:
    """INSERT … SELECT of a bill for each overdue one."""
    found = overdue(estate_id, day, terms).subquery("overdue")
    amount, month = type_coerce(found.c.amount, Fen), first_of(day)
    given: dict[str, Any] = {
        "estate_id": literal(estate_id),
        "unit_id": found.c.unit_id,
        "customer_id": found.c.customer_id,
        "item_id": literal(item.id),
        "source": literal(BillSource.late_fee.value, String),
        "period": literal(month, Date),
        "begins": literal(month, Date),
        "ends": literal(next_month(month), Date),
        "due_on": literal(day, Date),
        "month": literal(books.open_month(estate_id, day), Date),
        "amount": amount,
        "open": amount,
        "voided": literal(False),
        "quantity": type_coerce(found.c.yuan_days, Thousandths),
        "price": literal(terms.rate, Millionths),
        "meter": literal(0),
        "late_for_id": found.c.bill_id,
        "note": literal(CLAUSE.on(day), String),
        "issued_on": literal(day, Date),
        "issued_by": literal(g.actor.name, String),
        "issued_at": literal(utc_now(), UtcDateTime),
    }
    return plain_insert(Bill).from_select(list(given), select(*given.values()), include_defaults=False)
