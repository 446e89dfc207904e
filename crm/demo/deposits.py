"""The demo company's deposits: those it held before this month, and what was done with some of them at the counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import case, select

from crm.billing.arithmetic import first_of
from crm.billing.deposits import service
from crm.billing.deposits.models import Deposit, DepositRequest, MovementKind
from crm.billing.deposits.queries import get_deposit, get_request, request_under_way
from crm.billing.deposits.reports import figures_on
from crm.billing.ledger.models import Method
from crm.bulk import Ids, pour
from crm.dates import business_day
from crm.db import session
from crm.demo.credit import at_work
from crm.demo.place import Ground
from crm.properties.models import Unit, UnitStatus, UnitUse
from crm.tenants.models import Customer, Occupancy, OccupancyRole

CASHIER, SUPERVISOR = "wudan", "zhengkai"
Act = tuple[str, Callable[[], Any]]  # who does what


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Taken so many `days` ago and due back so many days `after` today; None: when the unit is left."""

    kind: str
    amount: int
    days: int
    after: int | None = None
    note: str = ""


HELD = (
    Held(kind="renovation", amount=3000, days=205, after=-35),
    Held(kind="renovation", amount=5000, days=170, after=-12, note="全屋装修"),
    Held(kind="utilities", amount=1000, days=110, after=-8),
    Held(kind="access_card", amount=100, days=400),
    Held(kind="renovation", amount=3000, days=150, after=-3),
    Held(kind="renovation", amount=3000, days=98, after=0),
    Held(kind="renovation", amount=5000, days=75, after=45, note="全屋装修"),
    Held(kind="renovation", amount=3000, days=62, after=60),
    Held(kind="renovation", amount=2000, days=48, after=74, note="厨卫改造"),
    Held(kind="utilities", amount=1000, days=55, after=20),
    Held(kind="key", amount=200, days=310),
    Held(kind="access_card", amount=50, days=280),
    Held(kind="key", amount=200, days=90),
    Held(kind="other", amount=2000, days=250, note="广告牌安装"),
)
BROUGHT = (  # this month, and how
    (Held(kind="renovation", amount=3000, days=12, after=90), Method.transfer),
    (Held(kind="utilities", amount=1000, days=9, after=30), Method.wechat),
    (Held(kind="access_card", amount=100, days=3), Method.cash),
    (Held(kind="renovation", amount=5000, days=0, after=120, note="全屋装修"), Method.pos),
)


def store(ground: Ground) -> dict[date, list[Act]]:
    """Those held before this month are poured in; day of this month -> what the counter does with deposits."""
    acts: dict[date, list[Act]] = {}
    estate_id = next(iter(ground.estates.values()))
    people = people_of_estate(estate_id, len(HELD) + len(BROUGHT))
    ids = _pour(estate_id, people[: len(HELD)])
    if len(ids) == len(HELD):
        _settle(ids, acts)
    for (held, method), person in zip(BROUGHT, people[len(HELD) :], strict=False):
        on(acts, held.days, CASHIER, partial(_take, held, method, person))
    return acts


def on(acts: dict[date, list[Act]], days_ago: int, who: str, act: Callable[[], Any]) -> None:
    """As long ago as this month goes."""
    today = business_day()
    acts.setdefault(max(first_of(today), today - timedelta(days=days_ago)), []).append((who, act))


def people_of_estate(estate_id: int, most: int) -> Sequence[Any]:
    """Owners of flats, those first who renovate: unit_id, customer_id, name."""
    found = (
        select(Unit.id.label("unit_id"), Customer.id.label("customer_id"), Customer.name)
        .join(Occupancy, Occupancy.unit_id == Unit.id)
        .join(Customer, Customer.id == Occupancy.customer_id)
        .where(Unit.estate_id == estate_id, Unit.use == UnitUse.home, Unit.handover_on.is_not(None))
        .where(Occupancy.role == OccupancyRole.owner, Occupancy.ends.is_(None), Customer.merged_into_id.is_(None))
    )
    order = case((Unit.status == UnitStatus.renovating, 0), (Unit.status == UnitStatus.occupied, 1), else_=2)
    return session().execute(found.order_by(order, Unit.sort_key, Unit.id).limit(most)).all()


def _pour(estate_id: int, people: Sequence[Any]) -> list[int]:
    """As the former program had them: without receipts of ours."""
    ids, today = Ids(), business_day()
    keys = ids.take(Deposit, len(people))
    pour(
        Deposit,
        [
            {"id": key, "estate_id": estate_id} | _row(held, person, today, key)
            for key, held, person in zip(keys, HELD, people, strict=False)
        ],
    )
    ids.settle()
    return list(keys)


def _row(held: Held, person: Any, today: date, key: int) -> dict[str, Any]:
    taken_on = today - timedelta(days=held.days)
    return {
        "customer_id": person.customer_id,
        "unit_id": person.unit_id,
        "kind": held.kind,
        "amount": Decimal(held.amount),
        "balance": Decimal(held.amount),
        "taken_on": taken_on,
        "due_back_on": _due(held, today),
        "payer": person.name,
        "method": Method.imported,
        "reference": f"旧系统 {taken_on:%Y%m}{key:04d}",
        "agreement": _agreement(held, taken_on, key),
        "note": held.note,
        "key": f"taken-over-{key}",
        "month": first_of(taken_on),
        "taken_by_id": None,
        "taken_by": "吴丹",
        "taken_at": datetime.combine(taken_on, time(3), UTC),
        "day_close_id": None,
    }


def _due(held: Held, today: date) -> date | None:
    return None if held.after is None else today + timedelta(days=held.after)


def _agreement(held: Held, taken_on: date, number: int) -> str:
    return f"ZX{taken_on:%Y%m}-{number:03d}" if held.kind == "renovation" else ""


def _take(held: Held, method: Method, person: Any) -> None:
    day = business_day()
    taking = service.Taking(
        kind=held.kind,
        amount=Decimal(held.amount),
        method=method,
        taken_on=day,
        payer=person.name,
        key=f"demo-deposit-{person.unit_id}",
        due_back_on=_due(held, day),
        reference="" if method is Method.cash else f"{day:%Y%m%d}{person.unit_id:08d}",
        agreement=_agreement(held, day, person.unit_id),
        note=held.note,
    )
    service.take(session().get_one(Customer, person.customer_id), taking, session().get_one(Unit, person.unit_id))


def _settle(ids: Sequence[int], acts: dict[date, list[Act]]) -> None:
    """One went back whole, one with deductions waits for a decision, one for the cashier, a small one is done."""
    whole, deducted, power, card = ids[:4]
    on(acts, 8, CASHIER, partial(_ask_back, whole, "装修验收合格", Method.transfer))
    on(acts, 7, SUPERVISOR, partial(_approve, whole, "验收单齐全，同意"))
    on(acts, 7, CASHIER, partial(_pay_out, whole))
    on(acts, 6, CASHIER, partial(_deduct, deducted, DAMAGES))
    on(acts, 5, SUPERVISOR, partial(_approve, deducted, "照片与单据已核对"))
    on(acts, 1, CASHIER, partial(_ask_back, deducted, "扣款后余额退还", Method.transfer))
    on(acts, 4, CASHIER, partial(_deduct, power, POWER))
    on(acts, 4, CASHIER, partial(_ask_back, power, "临时水电已拆除", Method.wechat))
    on(acts, 2, SUPERVISOR, partial(_approve, power, "同意"))
    on(acts, 6, CASHIER, partial(_ask_back, card, "门禁卡已交回", Method.cash))
    on(acts, 5, SUPERVISOR, partial(_approve, card, "同意"))
    on(acts, 3, CASHIER, partial(_pay_out, card))


DAMAGES = (
    service.Line(amount=Decimal(1200), reason="电梯轿厢内壁划伤，更换装饰板", clause="装修协议第6条"),
    service.Line(amount=Decimal(350), reason="建筑垃圾未按时清运，代为清运", clause="装修协议第9条"),
)
POWER = (service.Line(amount=Decimal("183.60"), reason="临时用电结算", clause="临时用电协议第3条"),)


def _deduct(deposit_id: int, lines: Sequence[service.Line]) -> DepositRequest:
    wish = service.Wish(kind=MovementKind.deduction, lines=lines, key=f"demo-deduct-{deposit_id}")
    return service.ask(get_deposit(deposit_id), wish)


def _ask_back(deposit_id: int, reason: str, method: Method) -> DepositRequest:
    """All that is left of it."""
    deposit = get_deposit(deposit_id)
    wish = service.Wish(
        kind=MovementKind.refund,
        lines=(service.Line(amount=deposit.balance, reason=reason),),
        key=f"demo-refund-{deposit_id}",
        method=method,
        reference="" if method is Method.cash else "原付款账户",
        payee=deposit.payer,
    )
    return service.ask(deposit, wish)


def _approve(deposit_id: int, remark: str) -> None:
    service.approve(_waiting(deposit_id), remark)


def _pay_out(deposit_id: int) -> None:
    service.pay_out(_waiting(deposit_id))


def _waiting(deposit_id: int) -> DepositRequest:
    found = request_under_way(deposit_id)
    if found is None:
        raise LookupError(deposit_id)
    return get_request(found.id)


def tie_out(ground: Ground, days: Sequence[date]) -> None:
    """The bank's figure of each of these days but the last two; the cash of one had not been paid in yet."""
    estate_id = next(iter(ground.estates.values()))
    done = [day for day in days if day < business_day()][:-2]
    for day in done:
        with at_work(ground, CASHIER, day + timedelta(days=1), 20):
            book, late = figures_on(estate_id, day).register, Decimal(100) if day == done[-1] else Decimal(0)
            told = "当日现金押金次日存入银行" if late else ""
            statement = service.Statement(day=day, bank=book - late, reference=f"对账单 {day:%Y%m%d}", explanation=told)
            service.tie_out(estate_id, statement)
