"""The cashier's drawer and what is to be paid out; what is to be billed, read and closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, exists, func, select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.arithmetic import first_of, month_of, next_month
from crm.billing.cashier.models import CloseState, DayClose
from crm.billing.cashier.queries import drawer_sums
from crm.billing.charges.models import BY_RUN, ChargeItem
from crm.billing.deposits.models import MOVEMENT_TITLES, DepositRequest
from crm.billing.deposits.models import RequestState as DepositState
from crm.billing.ledger.models import Bill, PeriodClose
from crm.billing.meters.queries import unread
from crm.billing.runs.models import BillingRun, RunState
from crm.dates import business_day
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_day
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.web.templating import money


def _drawer() -> tuple[int, Decimal]:
    """Documents and yuan since the last close, of every estate: one drawer is closed where it was filled."""
    rows = drawer_sums(actor().user_id or 0, None)
    return sum(row.count for row in rows), sum((row.amount for row in rows), Decimal(0))


def _to_close(_most: int) -> Sequence[Todo]:
    documents, amount = _drawer()
    if not documents:
        return []
    words = _("%(count)s receipts and payments since the last close, %(sum)s yuan", count=documents, sum=money(amount))
    return [Todo(title=_("Close the drawer"), about=words, url=url_for("cashier.count"), **_tonight())]


def _tonight() -> dict[str, Any]:
    day = business_day()
    return by_day(day, day)


def _close_figures() -> Sequence[Figure]:
    """Own counts that differ, and those that wait for a signature."""
    own = DayClose.cashier_id == actor().user_id, in_chosen_estate(DayClose.estate_id)
    differs, counted = DayClose.state == CloseState.unexplained, DayClose.state == CloseState.counted
    found = select(func.count(case((differs, 1))), func.count(case((counted, 1)))).where(*own)
    unexplained, unsigned = session().execute(found).one()
    address = "cashier.closes"
    return [
        Figure(
            title=_("Differences to explain"), count=unexplained, url=url_for(address, state="unexplained"), late=True
        ),
        Figure(title=_("Closes not signed yet"), count=unsigned, url=url_for(address, state="counted")),
    ]


def _to_pay_out(most: int) -> Sequence[Todo]:
    day = business_day()
    found = (
        select(DepositRequest.id, DepositRequest.kind, DepositRequest.amount, DepositRequest.decided_at, Customer.name)
        .join(Customer, Customer.id == DepositRequest.customer_id)
        .where(DepositRequest.state == DepositState.approved, in_chosen_estate(DepositRequest.estate_id))
    )
    return [
        Todo(
            title=row.name,
            about=f"{MOVEMENT_TITLES[row.kind]} {money(row.amount)}",
            url=url_for("deposits.request", deposit_request_id=row.id),
            **by_day(day, day),
        )
        for row in session().execute(found.order_by(DepositRequest.decided_at, DepositRequest.id).limit(most))
    ]


def _deposit_figures() -> Sequence[Figure]:
    asked, approved = (DepositRequest.state == state for state in (DepositState.requested, DepositState.approved))
    found = select(func.count(case((approved, 1))), func.count(case((asked, 1))))
    to_pay, waiting = session().execute(found.where(in_chosen_estate(DepositRequest.estate_id))).one()
    address = "deposits.requests"
    return [
        Figure(title=_("Deposits to pay out"), count=to_pay, url=url_for(address, state="approved")),
        Figure(title=_("Deposits asked for, not decided"), count=waiting, url=url_for(address, state="requested")),
    ]


def _to_publish(most: int) -> Sequence[Todo]:
    day = business_day()
    month = first_of(day)
    run = exists().where(
        BillingRun.item_id == ChargeItem.id, BillingRun.period == month, BillingRun.state == RunState.published
    )
    found = (
        select(Estate.id, Estate.name, func.count(ChargeItem.id).label("items"))
        .join(ChargeItem, ChargeItem.estate_id == Estate.id)
        .where(ChargeItem.active, ChargeItem.basis.in_(BY_RUN), ~run, in_chosen_estate(Estate.id))
    )
    when = by_day(next_month(month) - timedelta(days=1), day)
    return [
        Todo(
            title=row.name,
            about=_("%(count)s charge items of this month are not published", count=row.items),
            url=url_for("runs.index", estate_id=row.id),
            **when,
        )
        for row in session().execute(found.group_by(Estate.id, Estate.name).order_by(Estate.name).limit(most))
    ]


def _months_to_close(most: int) -> Sequence[Todo]:
    """Estates with bills of a month that is over and not closed."""
    day = business_day()
    last = select(func.max(PeriodClose.month)).where(PeriodClose.estate_id == Estate.id).scalar_subquery()
    first = select(func.min(Bill.month)).where(Bill.estate_id == Estate.id).scalar_subquery()
    over = next_month(first_of(day), -1)
    found = select(Estate.id, Estate.name).where(in_chosen_estate(Estate.id), first <= over)
    opened = found.where((last < over) | last.is_(None)).order_by(Estate.name)
    return [
        Todo(
            title=row.name,
            about=_("Close the books of %(month)s", month=f"{over:%Y-%m}"),
            url=url_for("billing.closing", estate_id=row.id),
            **by_day(next_month(first_of(day)) - timedelta(days=1), day),
        )
        for row in session().execute(opened.limit(most))
    ]


def _meter_figures() -> Sequence[Figure]:
    missing = unread(month_of(business_day())).subquery()
    count = session().scalar(select(func.count()).select_from(missing)) or 0
    return [Figure(title=_("Meters without a reading this month"), count=count, url=url_for("meters.unread"))]


DRAWER = Card(
    name="drawer",
    title=_l("Drawer"),
    permission=Permission.cash_take,
    url=lambda: url_for("cashier.closes"),
    todo=_to_close,
    figures=_close_figures,
)
DEPOSITS = Card(
    name="deposits",
    title=_l("Deposits"),
    permission=Permission.cash_take,
    url=lambda: url_for("deposits.requests"),
    todo=_to_pay_out,
    figures=_deposit_figures,
)
RUNS = Card(
    name="runs",
    title=_l("Billing runs"),
    permission=Permission.billing_run,
    url=lambda: url_for("runs.index"),
    todo=_to_publish,
)
METERS = Card(
    name="meters",
    title=_l("Meters"),
    permission=Permission.billing_run,
    url=lambda: url_for("meters.index"),
    figures=_meter_figures,
)
MONTHS = Card(
    name="months",
    title=_l("Closing a month"),
    permission=Permission.billing_approve,
    url=lambda: url_for("billing.closing"),
    todo=_months_to_close,
)
