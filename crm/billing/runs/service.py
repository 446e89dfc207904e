"""Drafting and publishing a month's bills: one run for an estate, an item and a month, however many ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import Date, String, case, func, literal, select, type_coerce
from sqlalchemy import insert as plain_insert

from crm.audit.log import record
from crm.billing.arithmetic import first_of, month_of, next_month
from crm.billing.charges.models import BY_RUN, ChargeItem
from crm.billing.ledger import queries as books
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.runs.events import BillsPublished
from crm.billing.runs.figures import Counted, FiguresChanged
from crm.billing.runs.lines import REMEMBERED, lines
from crm.billing.runs.models import WORKFLOW, BillingRun, Publication, RunState
from crm.billing.runs.month import Month
from crm.billing.runs.sharing import left_to_nobody
from crm.billing.runs.steady import split
from crm.billing.runs.unbilled import has_billed, is_open
from crm.dates import business_day, utc_now
from crm.db import UtcDateTime, insert, session
from crm.errors import DomainError
from crm.money import Fen

MOST_AHEAD = 12  # months
NOUGHT = Decimal(0)
MOVES = ("state", "bills", "total", "published_by", "published_at")


def hindrance(item: ChargeItem, period: date, today: date) -> str:
    """Why the item's bills of that month cannot be published, or ""."""
    if item.basis not in BY_RUN:
        return _("%(item)s is not charged by a run.", item=item.name)
    if not item.active:
        return _("%(item)s is charged no more.", item=item.name)
    if period > next_month(today, MOST_AHEAD):
        return _("Bills are published at most %(months)s months ahead.", months=MOST_AHEAD)
    if nobody := left_to_nobody(Month.of(item, period)):
        return _(
            "No unit that shares these %(sum)s yuan of %(item)s has any consumption in %(month)s. Enter the readings "
            "of the month first, and have the odd ones looked at.",
            sum=f"{nobody:,.2f}",
            item=item.name,
            month=f"{period:%Y-%m}",
        )
    return ""


def draft(item: ChargeItem, period: date) -> BillingRun:
    """The run of this item and month, opened where there is none. Raises `DomainError` where none can be."""
    period = first_of(period)
    if reason := hindrance(item, period, business_day()):
        raise DomainError(reason)
    opened = insert(BillingRun).values(
        estate_id=item.estate_id,
        item_id=item.id,
        period=period,
        due_on=period.replace(day=item.due_day),
        state=RunState.draft,
        bills=0,
        total=NOUGHT,
        drafted_by=g.actor.name,
        drafted_at=utc_now(),
    )
    session().execute(opened.on_conflict_do_nothing(index_elements=["item_id", "period"]))
    return session().scalars(select(BillingRun).where(BillingRun.item_id == item.id, BillingRun.period == period)).one()


def publish(run: BillingRun, item: ChargeItem, expected: Counted | None = None) -> BillingRun:
    """Put the month's bills into the books, once: whoever comes second gets what the first published.

    Raises `FiguresChanged`, and puts nothing into the books, where they are not the bills that were `expected`.
    """
    hold_items([item.id])
    _hold(run)
    if run.state is RunState.published:
        _expect(item, Counted(run.bills, run.total), expected)
        return run
    return _publish(run, item, "publish", expected)


def supplement(run: BillingRun, item: ChargeItem, expected: Counted | None = None) -> BillingRun:
    """Bill what was skipped when the month was published: a reading that came late, an owner entered since."""
    hold_items([item.id])
    _hold(run)
    return _publish(run, item, "supplement", expected)


def publish_all(period: date, wanted: Mapping[ChargeItem, Counted]) -> list[BillingRun]:
    """All of them or none."""
    hold_items(item.id for item in wanted)
    with session().begin_nested():
        return [publish(draft(item, period), item, expected) for item, expected in wanted.items()]


def hold_items(item_ids: Iterable[int]) -> None:
    """Nobody publishes bills of these items until the unit of work ends: who pays for which days stays as it is.

    Whoever changes that for a unit with bills under way, as a sale does, holds the estate's items first.
    """
    wanted = select(ChargeItem.id).where(ChargeItem.id.in_(sorted(item_ids))).order_by(ChargeItem.id)
    session().execute(wanted.with_for_update(key_share=True))


def _hold(run: BillingRun) -> None:
    session().flush()
    session().refresh(run, MOVES, {"key_share": True})


def _publish(run: BillingRun, item: ChargeItem, step: str, expected: Counted | None) -> BillingRun:
    WORKFLOW.expect(run, step)
    month, booked = _to_look_at(run, item), books.open_month(run.estate_id, business_day())
    before = Counted(run.bills, run.total)
    with session().begin_nested():
        if month:
            session().execute(_bills(run, month, booked))
        after = in_the_books(run)
        added = after - before
        _expect(item, added, expected)
    WORKFLOW.take(run, step)
    run.bills, run.total = after.bills, after.total
    run.published_by, run.published_at = run.published_by or g.actor.name, run.published_at or utc_now()
    if added.bills:
        session().add(_publication(run, added, booked))
    session().flush()
    if added.bills or step == "publish":
        _tell(run, item, added)
    return run


def _to_look_at(run: BillingRun, item: ChargeItem) -> Month | None:
    """Of a month that is published only the units whose days are not all charged by one bill, if there are any."""
    month = Month.of(item, run.period)
    return split(month).rest if has_billed(month) else month


def _expect(item: ChargeItem, found: Counted, expected: Counted | None) -> None:
    if expected is not None and found != expected:
        raise FiguresChanged(item.name, expected, found)


def _publication(run: BillingRun, added: Counted, booked: date) -> Publication:
    return Publication(
        run_id=run.id,
        bills=added.bills,
        total=added.total,
        month=booked,
        published_by=g.actor.name,
        published_at=utc_now(),
    )


def _tell(run: BillingRun, item: ChargeItem, added: Counted) -> None:
    record(
        BillsPublished(
            billing_run_id=run.id,
            estate_id=run.estate_id,
            item=item.name,
            period=run.period,
            bills=added.bills,
            total=added.total,
        )
    )


def in_the_books(run: BillingRun) -> Counted:
    """How many bills the run has made, and their sum."""
    made = (Bill.run_id == run.id, Bill.source == BillSource.run)  # what a transfer made of them is not the run's
    sums: Any = select(func.count(), func.coalesce(func.sum(Bill.amount), 0)).where(*made)
    return Counted(*session().execute(sums).one())


def _bills(run: BillingRun, month: Month, booked: date) -> Any:
    """INSERT … SELECT: every line that no bill charges yet becomes one."""
    found = lines(month).cte("line").prefix_with(REMEMBERED)
    amount = type_coerce(found.c.amount, Fen)
    days_of = case((found.c.days.is_not(None), len(month_of(run.period))))
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
        "days_of": days_of,
        "tariff_id": found.c.tariff_id,
        "whole": found.c.whole,
        "shared_cost_id": found.c.shared_cost_id,
        "meter": found.c.meter,
        "reading_id": found.c.reading_id,
        "note": found.c.note,
        "issued_on": literal(business_day(), Date),
        "issued_by": literal(g.actor.name, String),
        "issued_at": literal(utc_now(), UtcDateTime),
    }
    rows = select(*given.values()).where(is_open(month, found))
    return plain_insert(Bill).from_select(list(given), rows, include_defaults=False)
