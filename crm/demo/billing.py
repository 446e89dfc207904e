"""The demo company's books: two years of bills, and how its customers pay them.

Bills come from the runs of every month, those of meters and shared costs among them. Payments of the months before
this one are poured in as history that was taken over; those of this month went over the counter, by the same verbs as
everybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any

from sqlalchemy import func, or_, select, update

from crm.auth.actor import actor
from crm.billing.arithmetic import first_of, next_month
from crm.billing.cashier import service as cashier
from crm.billing.cashier.models import DayClose
from crm.billing.cashier.queries import drawer_documents
from crm.billing.charges.models import BY_RUN, Basis, ChargeItem, SharedCost
from crm.billing.ledger import queries, service
from crm.billing.ledger.models import (
    AT_THE_COUNTER,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    Dispute,
    Method,
    Payment,
    Rule,
)
from crm.billing.runs.service import draft, publish
from crm.bulk import Ids, pour
from crm.dates import Period, business_day
from crm.db import session
from crm.demo import arrears, deposits
from crm.demo.charges import months_of, store_items
from crm.demo.credit import at_work
from crm.demo.place import Ground
from crm.properties.models import Estate
from crm.tenants.models import Customer

CASHIER, SUPERVISOR = "wudan", "zhengkai"
NOUGHT = Decimal(0)
# Of a hundred accounts: pay each month; each quarter; half of what is due; only what is three months old; nothing.
HABITS = ("monthly", "quarterly", "half", "late", "never")
WEIGHTS = (80, 9, 4, 5, 2)
METHOD_WEIGHTS = (18, 9, 48, 15, 10)
AT_MOST = 48  # payments over the counter this month: each takes as long as at a real one
OVERPAYS = 0.01


def store(ground: Ground, dice: Random, period: Period) -> None:
    months = list(months_of(period))
    raised_on = months[len(months) // 2] if months else first_of(business_day())
    items, metered = store_items(ground.estates.values(), raised_on), _metered()
    habits, desks = _Habits(dice), list[arrears.Desk]()
    for month in months:
        for estate_id in ground.estates.values():
            _publish(ground, [*items[estate_id], *metered.get((estate_id, month), ())], month)
            if month == months[0]:
                arrears.lay_steps(ground, estate_id, month)
            if [month] == months[-2:-1] and len(desks) < arrears.REVIEWED:
                desks.append(arrears.last_month(ground, estate_id, month, list(_debtors(estate_id, month, habits))))
            if month < first_of(business_day()):
                _take_over(estate_id, month, habits, dice)
    if months:
        _at_the_counter(ground, habits, dice, desks)
        _exceptions(ground)
        for desk in desks[:1]:
            desk.dispute_a_call()


def _metered() -> dict[tuple[int, date], list[ChargeItem]]:
    """(estate, month) -> what meters and shared costs are there to bill."""
    found: dict[tuple[int, date], list[ChargeItem]] = defaultdict(list)
    costs = select(SharedCost.period).join(ChargeItem, ChargeItem.id == SharedCost.item_id)
    by_meter = or_(ChargeItem.basis == Basis.meter, ChargeItem.id.in_(select(SharedCost.item_id)))
    items = session().scalars(select(ChargeItem).where(by_meter).order_by(ChargeItem.id)).all()
    for item in items:
        for month in session().scalars(costs.where(ChargeItem.estate_id == item.estate_id).distinct()):
            found[item.estate_id, month].append(item)
    return found


class _Habits:
    """How each account pays, thrown once."""

    def __init__(self, dice: Random) -> None:
        self.dice, self.of = dice, dict[int, str]()

    def due(self, customer_id: int, bills: list[Any], month: date) -> Decimal:
        """What the account pays in this month; yuan."""
        if customer_id not in self.of:
            self.of[customer_id] = self.dice.choices(HABITS, WEIGHTS)[0]
        match self.of[customer_id]:
            case "monthly":
                due = bills
            case "quarterly":
                due = bills if month.month % 3 == 0 else []
            case "half":
                due = bills[: (len(bills) + 1) // 2]
            case "late":
                due = [bill for bill in bills if next_month(bill.period, 3) <= month]
            case _:
                due = []
        return sum((bill.open for bill in due), NOUGHT)


def _publish(ground: Ground, items: list[ChargeItem], month: date) -> None:
    with at_work(ground, SUPERVISOR, month, 45):
        for item in items:
            if item.basis in BY_RUN:
                publish(draft(item, month), item)


def _owed(estate_id: int) -> Iterator[tuple[int, list[Any]]]:
    """Each account with what is open, the oldest due first."""
    found = select(Bill.id, Bill.customer_id, Bill.open, Bill.period, Bill.due_on).where(
        Bill.estate_id == estate_id, Bill.open > NOUGHT
    )
    rows = session().execute(found.order_by(Bill.customer_id, Bill.due_on, Bill.begins, Bill.id))
    for customer_id, bills in groupby(rows, key=lambda row: row.customer_id):
        yield customer_id, list(bills)


def _debtors(estate_id: int, month: date, habits: _Habits) -> Iterator[arrears.Debtor]:
    """Whoever has something overdue when the month was billed, with what comes of it in that month."""
    for customer_id, bills in _owed(estate_id):
        if bills[0].due_on < month and customer_id in habits.of:
            yield arrears.Debtor(
                customer_id=customer_id,
                owed=sum((bill.open for bill in bills), NOUGHT),
                paying=habits.due(customer_id, bills, month),
                oldest_due=bills[0].due_on,
            )


def _take_over(estate_id: int, month: date, habits: _Habits, dice: Random) -> None:
    """A past month's payments, as the former program had them."""
    payments: list[dict[str, Any]] = []
    allocations: list[dict[str, Any]] = []
    ids = Ids()
    for customer_id, bills in _owed(estate_id):
        if not (left := habits.due(customer_id, bills, month)):
            continue
        [payment_id] = ids.take(Payment, 1)
        paid_on = month + timedelta(days=dice.randint(2, 27))
        over = Decimal(50) if dice.random() < OVERPAYS else NOUGHT
        payments.append(_payment(payment_id, estate_id, customer_id, left + over, over, paid_on))
        for bill in bills:
            part = min(left, bill.open)
            left -= part
            if part:
                allocations.append(_allocation(bill.id, payment_id, part, paid_on))
    pour(Payment, payments)
    pour(Allocation, allocations)
    ids.settle()
    _settle({row["bill_id"] for row in allocations})


def _payment(
    payment_id: int, estate_id: int, customer_id: int, amount: Decimal, over: Decimal, paid_on: date
) -> dict[str, Any]:
    return {
        "id": payment_id,
        "estate_id": estate_id,
        "customer_id": customer_id,
        "amount": amount,
        "open": over,
        "method": Method.imported,
        "paid_on": paid_on,
        "month": first_of(paid_on),
        "key": f"taken-over-{payment_id}",
        "reference": f"旧系统 {paid_on:%Y%m}{payment_id:06d}",
        "received_by_id": None,
        "received_by": "吴丹",
        "received_at": datetime.combine(paid_on, time(3), UTC),
        "day_close_id": None,
    }


def _allocation(bill_id: int, payment_id: int, amount: Decimal, day: date) -> dict[str, Any]:
    return {
        "bill_id": bill_id,
        "payment_id": payment_id,
        "amount": amount,
        "rule": Rule.oldest,
        "reverses_id": None,
        "allocated_on": day,
        "month": first_of(day),
        "allocated_by": "吴丹",
        "allocated_at": datetime.combine(day, time(3), UTC),
    }


def _settle(bill_ids: set[int]) -> None:
    """What is open of these bills follows from what was allocated; nothing else has happened to them."""
    settled = select(func.sum(Allocation.amount)).where(Allocation.bill_id == Bill.id).scalar_subquery()
    ids = sorted(bill_ids)
    for start in range(0, len(ids), 10_000):
        some = Bill.id.in_(ids[start : start + 10_000])
        still = Bill.amount - settled
        session().execute(update(Bill).where(some).values(open=still).execution_options(synchronize_session=False))


def _at_the_counter(ground: Ground, habits: _Habits, dice: Random, desks: list[arrears.Desk]) -> None:
    """This month up to yesterday, day by day, with the close of each day; today's drawer is open."""
    today = business_day()
    month = first_of(today)
    paying = [
        (month + timedelta(days=dice.randrange(max(1, today.day))), customer_id, due)
        for estate_id in ground.estates.values()
        for customer_id, bills in _owed(estate_id)
        if (due := habits.due(customer_id, bills, month))
    ]
    chosen = sorted(dice.sample(paying, min(AT_MOST, len(paying))))
    by_day = {day: list(group) for day, group in groupby(chosen, key=lambda each: each[0])}
    acts, dunned = deposits.store(ground), dict[date, list[deposits.Act]]()
    for desk in desks:
        desk.this_month(dunned)
    for day in sorted({*by_day, *acts, *dunned}):
        for minutes, (_day, customer_id, due) in enumerate(by_day.get(day, ()), start=5):
            with at_work(ground, CASHIER, day, minutes * 4):
                _pay(customer_id, due, day, dice)
        for minutes, (who, act) in enumerate([*acts.get(day, ()), *dunned.get(day, ())], start=60):
            with at_work(ground, who, day, minutes * 5):
                act()
        if day < today:
            _close_day(ground, day)
    deposits.tie_out(ground, sorted(acts))


def _pay(customer_id: int, due: Decimal, day: date, dice: Random) -> None:
    method = dice.choices(AT_THE_COUNTER, METHOD_WEIGHTS)[0]
    reference = "" if method is Method.cash else f"{day:%Y%m%d}{dice.randrange(10**8):08d}"
    money = service.Money(amount=due, method=method, paid_on=day, key=f"demo-{customer_id}-{day}", reference=reference)
    cashier.take(session().get_one(Customer, customer_id), money)


def _close_day(ground: Ground, day: date) -> None:
    """Counted as it should be, and signed the next morning; yesterday's still waits."""
    for estate_id in ground.estates.values():
        with at_work(ground, CASHIER, day, 9 * 60 + 30):
            close = _counted(estate_id)
        if close is not None and day < business_day() - timedelta(days=1):
            with at_work(ground, SUPERVISOR, day + timedelta(days=1), 30):
                cashier.sign(close)


def _counted(estate_id: int) -> DayClose | None:
    """What the drawer should hold is what was counted."""
    sums: dict[Method, Decimal] = defaultdict(Decimal)
    for document in drawer_documents(actor().user_id or 0, estate_id):
        sums[document.method] += document.amount
    if not sums:
        return None
    return cashier.count(session().get_one(Estate, estate_id), cashier.Count(sums=sums))


def _exceptions(ground: Ground) -> None:
    """What does not go smoothly: a payment taken back, a waiver granted and one asked for, a line in dispute."""
    today = business_day()
    parked = select(Dispute.bill_id).where(Dispute.released_at.is_(None))
    whole = select(Bill).where(Bill.open == Bill.amount, Bill.id.not_in(parked))
    bills = session().scalars(whole.order_by(Bill.due_on, Bill.id).limit(4)).all()
    with at_work(ground, CASHIER, today, 60):
        asked = [
            _asked(bill, reason)
            for bill, reason in zip(bills[:2], ("房屋漏水停用两个月", "空置房申请减半"), strict=False)
        ]
        if len(bills) > 2:
            service.dispute(queries.get_bill(bills[2].id), "业主称电梯停运期间不应收费", today + timedelta(days=30))
    with at_work(ground, SUPERVISOR, today, 90):
        for request in asked[:1]:
            service.approve(queries.get_request(request.id), "情况属实")
    paid = (
        session()
        .scalars(
            select(Payment)
            .where(Payment.method == Method.wechat, Payment.open == NOUGHT)
            .order_by(Payment.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if paid is not None:
        with at_work(ground, CASHIER, today, 95):
            wish = service.Wish(
                kind=AdjustmentKind.reversal, amount=paid.amount, reason="客户付错房号", method=paid.method
            )
            back = service.request(paid, wish)
        with at_work(ground, SUPERVISOR, today, 100):
            service.approve(queries.get_request(back.id), "同意")


def _asked(bill: Bill, reason: str) -> AdjustmentRequest:
    half = (bill.open / 2).quantize(Decimal("0.01"))
    return service.request(bill, service.Wish(kind=AdjustmentKind.waiver, amount=half, reason=reason))
