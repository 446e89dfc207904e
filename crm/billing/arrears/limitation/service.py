"""Saying in time that bills cannot be claimed much longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from crm.audit.log import record
from crm.billing.arrears.limitation.events import LimitationNear
from crm.billing.arrears.limitation.figures import ALARMS
from crm.billing.arrears.limitation.models import LimitationAlarm
from crm.billing.arrears.limitation.queries import limits
from crm.billing.ledger.models import Bill
from crm.dates import utc_now
from crm.db import insert, session
from crm.tenants.models import Customer

AT_ONCE = 500  # rows of one statement


def raise_alarms(estate_id: int, day: date) -> list[LimitationNear]:
    """Note which open bills of the estate came within an alarm's days and were not told of yet, one event for each
    customer and alarm. Asked again, or by several at once, nothing comes twice."""
    alarms = sorted({alarm.on(day) for alarm in ALARMS})
    near: list[LimitationNear] = []
    for least, days in zip((-1, *alarms), alarms, strict=False):
        fresh = _noted(_untold(estate_id, day, least, days), days)
        near += _by_customer(fresh, estate_id, days)
    for event in near:
        record(event)
    return near


def _untold(estate_id: int, day: date, least: int, days: int) -> Sequence[Any]:
    """With more than `least` and at most `days` days left."""
    limit, file = limits(day, days, Bill.estate_id == estate_id), aliased(Customer)
    told = exists().where(
        LimitationAlarm.bill_id == Bill.id,
        LimitationAlarm.days == days,
        LimitationAlarm.expires_on == limit.c.expires_on,
    )
    found = (
        select(Bill.id, Bill.open, file.kept_id.label("customer_id"), limit.c.expires_on)
        .select_from(limit)
        .join(Bill, Bill.id == limit.c.bill_id)
        .join(file, file.id == Bill.customer_id)
        .where(limit.c.expires_on > day + timedelta(days=least), ~told)
    )
    return session().execute(found.order_by(file.kept_id, Bill.id)).all()


def _noted(rows: Sequence[Any], days: int) -> list[Any]:
    """Those of the rows that nobody else noted meanwhile."""
    now, fresh = utc_now(), set()
    for start in range(0, len(rows), AT_ONCE):
        values = [
            {"bill_id": row.id, "days": days, "expires_on": row.expires_on, "told_at": now}
            for row in rows[start : start + AT_ONCE]
        ]
        told = insert(LimitationAlarm).values(values).on_conflict_do_nothing().returning(LimitationAlarm.bill_id)
        fresh |= set(session().scalars(told))
    return [row for row in rows if row.id in fresh]


def _by_customer(rows: Sequence[Any], estate_id: int, days: int) -> list[LimitationNear]:
    files: dict[int, list[Any]] = {}
    for row in rows:
        files.setdefault(row.customer_id, []).append(row)
    return [
        LimitationNear(
            customer_id=customer_id,
            estate_id=estate_id,
            days=days,
            bills=len(bills),
            amount=sum(bill.open for bill in bills),
            first_on=min(bill.expires_on for bill in bills),
        )
        for customer_id, bills in files.items()
    ]
