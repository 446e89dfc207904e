"""The demo company's repairs: a past that agrees with its steps, and a desk with something in every state today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

import pytest
from flask import g
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.dates import Period, beginning_of, business_day, utc_now
from crm.db import unit_of_work
from crm.demo import storing
from crm.demo.company import company
from crm.demo.place import Ground
from crm.demo.repairs import storing as repairs
from crm.demo.repairs import words
from crm.demo.repairs.reports import Tree
from crm.files import store as files
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate
from crm.repairs.categories.models import Place, Priority
from crm.repairs.incidents.models import Incident, IncidentCaller, IncidentState
from crm.repairs.orders.invariants import faults_of
from crm.repairs.orders.models import (
    ENDED,
    TO_DISPATCH,
    UNFINISHED,
    WORKFLOW,
    Channel,
    OrderState,
    Payer,
    PhotoStage,
    QuoteAnswer,
    RepairLine,
    RepairOrder,
    RepairPhoto,
    RepairQuote,
    RepairStep,
    ReturnVisit,
)
from crm.repairs.orders.rules import priority_of
from crm.repairs.plans.models import MaintenancePlan
from crm.repairs.stock.models import MovementKind, StockItem, StockMovement
from crm.repairs.workers.models import WorkerAbsence, WorkerShift, WorkerTrade
from crm.tenants.models import Occupancy
from tests.conftest import thrown_away

pytestmark = pytest.mark.told

MONTHS = timedelta(days=155)
S = OrderState


def tell(db: Session) -> None:
    """Two estates of three buildings, with nothing but repairs besides."""
    first = db.scalars(select(Estate).where(Estate.name == "阳光花园")).one()
    second = Estate(name="锦绣江南", company="和安物业服务有限公司")
    db.add(second)
    db.commit()
    ground = Ground({"YG": first.id, "JX": second.id}, {user.username: user.id for user in db.scalars(select(User))})
    g.actor = system_actor("tests")
    with unit_of_work():
        day = business_day()
        parts = [part for part in company(units=300, today=day).parts() if part.estate.code in ground.estates]
        told = [part for part in parts if part.building is None or part.building.number in "123"]
        storing.store_parts(told, ground, 1, Period(day - MONTHS, day + timedelta(days=1)), company=(repairs.store,))


def told(orders: Sequence[RepairOrder]) -> list[tuple[Any, ...]]:
    return [(each.number, each.state, each.problem, each.caller, each.payer, each.result) for each in orders]


@pytest.fixture(scope="module")
def told_before(app: Any, engine: Engine) -> list[tuple[Any, ...]]:
    """What the same seed told another time."""
    with thrown_away(engine) as db:
        with app.app_context():
            tell(db)
        return told(db.scalars(select(RepairOrder).order_by(RepairOrder.id)).all())


@pytest.fixture(scope="module")
def desk(app: Any, engine: Engine, told_before: object) -> Iterator[Session]:
    """Once for all tests of this module, which only read it."""
    with thrown_away(engine) as db:
        with app.app_context():
            tell(db)
        yield db


@pytest.fixture(scope="module")
def orders(desk: Session) -> Sequence[RepairOrder]:
    return desk.scalars(select(RepairOrder).order_by(RepairOrder.id)).all()


@pytest.fixture(scope="module")
def steps(desk: Session) -> dict[int, list[RepairStep]]:
    found: dict[int, list[RepairStep]] = defaultdict(list)
    for step in desk.scalars(select(RepairStep).order_by(RepairStep.repair_order_id, RepairStep.id)):
        found[step.repair_order_id].append(step)
    return found


@pytest.fixture
def asking(app: Any, desk: Session) -> Iterator[None]:
    with app.app_context():
        g.actor, g.session = system_actor("tests"), desk
        yield
        g.pop("session")


def test_there_are_believably_many_of_every_kind(orders: Sequence[RepairOrder]) -> None:
    homes = [order for order in orders if order.unit_id]
    assert 40 < len(homes) < 200
    channels = Counter(order.channel for order in orders)
    assert channels[Channel.phone] > channels[Channel.counter] > 0
    assert channels[Channel.plan] > 20
    assert channels[Channel.patrol] > 3
    assert {order.payer for order in orders} >= {Payer.company, Payer.customer}
    assert {order.priority for order in orders} == set(Priority)
    mended = [order for order in orders if order.finished_at and order.finish_due_at]
    late = [order for order in mended if order.finished_at > order.finish_due_at]
    assert len(late) < len(mended) / 5
    assert any(order.repeat_of_id for order in orders)
    assert len({order.finished_by_id for order in mended}) >= 4


def test_every_state_is_there_today(orders: Sequence[RepairOrder], app: Any) -> None:
    states = Counter(order.state for order in orders)
    assert set(states) == set(OrderState)
    under_way = [order for order in orders if order.state not in ENDED]
    assert 25 <= len(under_way) <= 45
    assert len({order.worker_id for order in under_way if order.worker_id}) >= 3
    with app.app_context():
        now, today = utc_now(), business_day()
        assert any(order.state is S.dispatched and order.accept_due_at < now for order in under_way)
        assert any(order.state is S.confirmed and order.visit_due_on < today for order in under_way)
        afternoon = beginning_of(today) + timedelta(hours=15)
        assert any(
            order.state is S.accepted and order.wanted_from and order.wanted_from >= afternoon for order in orders
        )
    assert any(order.emergency and order.state is S.working for order in under_way)
    assert any(order.repeat_of_id and order.state is S.dispatched for order in under_way)
    assert any(order.state in TO_DISPATCH for order in under_way)


def test_the_orders_are_what_their_steps_say(
    asking: None, orders: Sequence[RepairOrder], steps: dict[int, list[RepairStep]]
) -> None:
    found = [fault.told() for order in orders for fault in faults_of(order, steps[order.id])]
    assert found == []


def test_the_steps_follow_the_workflow(orders: Sequence[RepairOrder], steps: dict[int, list[RepairStep]]) -> None:
    for order in orders:
        first, *rest = steps[order.id]
        assert (first.action, first.from_state, first.to_state) == ("register", None, S.registered)
        assert (order.registered_by, order.registered_by_id) == (first.taken_by, first.taken_by_id)
        for before, step in pairwise((first, *rest)):
            assert step.from_state is before.to_state
            assert step.from_state in WORKFLOW[step.action].sources
            assert step.to_state == (WORKFLOW[step.action].target or step.from_state)
            assert step.taken_at >= before.taken_at
        moments = {step.action: step.taken_at for step in rest}
        assert order.filed_at == moments.get("file")
        assert order.consented_at == moments.get("consent")
        assert (order.state in UNFINISHED) or bool(order.finished_at) or order.state in (S.cancelled, S.duplicate)


def test_nothing_lies_ahead_and_what_is_old_is_over(
    app: Any, orders: Sequence[RepairOrder], steps: dict[int, list[RepairStep]]
) -> None:
    with app.app_context():
        now = utc_now()
    assert max(step.taken_at for each in steps.values() for step in each) <= now
    assert all(order.registered_at > now - timedelta(days=21) for order in orders if order.state not in ENDED)


def test_numbers_are_gapless_and_follow_the_days(desk: Session, orders: Sequence[RepairOrder]) -> None:
    rows = desk.execute(
        select(
            NumberSeries.year, NumberSeries.last, Number.serial, Number.text, Number.state, RepairOrder.registered_at
        )
        .join(Number, Number.series_id == NumberSeries.id)
        .outerjoin(RepairOrder, RepairOrder.number_id == Number.id)
        .where(NumberSeries.name == "维修")
        .order_by(NumberSeries.year, Number.serial)
    ).all()
    assert len(rows) == len(orders)
    for year, group in groupby(rows, key=lambda row: row.year):
        of_month = list(group)
        assert [row.serial for row in of_month] == list(range(1, of_month[-1].last + 1))
        assert all(row.state is NumberState.committed for row in of_month)
        assert all(row.text == f"W{year}-{row.serial:04d}" for row in of_month)
        assert [row.registered_at for row in of_month] == sorted(row.registered_at for row in of_month)


def test_repeats_and_duplicates_are_what_they_say(orders: Sequence[RepairOrder], steps: Any) -> None:
    by_id = {order.id: order for order in orders}
    for order in orders:
        if order.repeat_of_id:
            before = by_id[order.repeat_of_id]
            assert (before.unit_id, before.category_id) == (order.unit_id, order.category_id)
            assert timedelta() < order.registered_at - before.finished_at < timedelta(days=31)
            assert order.payer is Payer.company
        if order.duplicate_of_id:
            other = by_id[order.duplicate_of_id]
            assert (other.unit_id, other.state is S.duplicate) == (order.unit_id, False)
            assert other.registered_at <= order.registered_at
            assert steps[order.id][-1].reason == other.number
            assert not other.finished_at or steps[order.id][-1].taken_at < other.finished_at


def test_no_repeat_was_missed(orders: Sequence[RepairOrder]) -> None:
    """Whoever looks at a unit's jobs finds each that came back marked so."""
    of_fault: dict[Any, list[RepairOrder]] = defaultdict(list)
    for order in orders:
        if order.unit_id and order.state is not S.duplicate:
            of_fault[order.unit_id, order.category_id].append(order)
    for same in of_fault.values():
        for before, order in pairwise(same):
            ended = before.finished_at if before.state is S.filed else None
            if ended and ended > order.registered_at - timedelta(days=29):
                assert order.repeat_of_id == before.id


def test_whoever_called_lived_there(desk: Session, orders: Sequence[RepairOrder]) -> None:
    lived = defaultdict(list)
    for row in desk.scalars(select(Occupancy)):
        lived[row.unit_id, row.customer_id].append(row)
    called = [order for order in orders if order.unit_id]
    for order in called:
        day = (order.registered_at + timedelta(hours=8)).date()
        spans = lived[order.unit_id, order.customer_id]
        assert any((one.starts is None or one.starts <= day) and (one.ends is None or day < one.ends) for one in spans)
    assert sum(bool(order.digits) for order in called) > len(called) * 0.8


def test_money_agrees(desk: Session, orders: Sequence[RepairOrder]) -> None:
    costs: dict[int, Decimal] = defaultdict(Decimal)
    for line in desk.scalars(select(RepairLine)):
        assert line.amount == round(line.quantity * line.price, 2)
        costs[line.repair_order_id] += line.amount
    quotes = {quote.repair_order_id: quote for quote in desk.scalars(select(RepairQuote))}
    answers = {answer.quote_id: answer for answer in desk.scalars(select(QuoteAnswer))}
    for order in orders:
        quote = quotes.get(order.id)
        if quote is not None:
            assert quote.total == sum(Decimal(line["amount"]) for line in quote.lines)
            assert order.payer is Payer.customer
        if order.consented_at:
            assert answers[quote.id].agreed
            assert costs[order.id] in (quote.total, 0)
        if order.finished_at and order.payer is Payer.customer:
            assert order.emergency or order.consented_at
            assert costs[order.id] > 0
    assert True in {answer.agreed for answer in answers.values()}


def test_priorities_and_payers_have_their_reasons(asking: None, orders: Sequence[RepairOrder]) -> None:
    categories = {row.id: row for row in Tree.read().found.values()}
    for order in orders:
        base, repeated = categories[order.category_id].priority, order.repeat_of_id is not None
        given = priority_of(base, emergency=order.emergency, repeated=repeated)
        assert (order.priority, order.priority_reason) == given
        assert order.payer_reason


def test_the_store_never_holds_less_than_nothing(desk: Session) -> None:
    held: Counter[Any] = Counter()
    moves = desk.scalars(select(StockMovement).order_by(StockMovement.moved_at, StockMovement.quantity.desc())).all()
    for move in moves:
        held[move.item_id, move.van_of_id] += move.quantity
        assert held[move.item_id, move.van_of_id] >= 0
    items = desk.scalars(select(StockItem)).all()
    assert len(items) >= 25
    in_store = {item.id: held[item.id, None] for item in items}
    assert min(in_store.values()) > 0
    assert sum(in_store[item.id] < item.least for item in items) == 2
    used = {
        (move.repair_order_id, move.item_id) for move in desk.scalars(select(StockMovement)) if move.repair_order_id
    }
    lines = {(line.repair_order_id, line.item_id) for line in desk.scalars(select(RepairLine)) if line.item_id}
    assert used == lines


def test_somebody_else_asked_the_customers(desk: Session, orders: Sequence[RepairOrder]) -> None:
    by_id = {order.id: order for order in orders}
    visits = desk.scalars(select(ReturnVisit)).all()
    assert {visit.satisfied for visit in visits} == {True, False, None}
    for visit in visits:
        order = by_id[visit.repair_order_id]
        assert order.customer_id
        assert visit.made_by_id != order.finished_by_id
        assert visit.made_at > order.registered_at


def test_incidents_and_plans(desk: Session, orders: Sequence[RepairOrder]) -> None:
    over, now = desk.scalars(select(Incident).order_by(Incident.id)).all()
    assert (over.state, now.state) == (IncidentState.over, IncidentState.open)
    callers = Counter(desk.scalars(select(IncidentCaller.incident_id)))
    assert callers[now.id] == 6
    jobs = Counter(order.incident_id for order in orders)
    assert (jobs[over.id], jobs[now.id]) == (1, 2)
    waiting = IncidentCaller.wants_word, IncidentCaller.told_at.is_(None), IncidentCaller.incident_id == over.id
    assert desk.scalar(select(func.count(IncidentCaller.id)).where(*waiting)) == 0
    made = {(order.plan_id, order.planned_for): order for order in orders if order.plan_id}
    for plan in desk.scalars(select(MaintenancePlan)):
        days = plan.rhythm.between(None, plan.made_up_to) if plan.made_up_to else []
        assert {day for key, day in made if key == plan.id} == set(days)
        assert plan.next_due_on == plan.rhythm.after(plan.made_up_to)
    assert any(order.state is S.filed for order in made.values())
    assert any(order.state in UNFINISHED for order in made.values())


def test_the_workers_have_their_weeks(desk: Session) -> None:
    shifts, trades = (set(desk.scalars(select(model.user_id))) for model in (WorkerShift, WorkerTrade))
    assert len(shifts) == 4
    assert shifts == trades
    [away] = desk.scalars(select(WorkerAbsence)).all()
    assert away.user_id in shifts
    held = RepairOrder.worker_id == away.user_id, RepairOrder.state.in_(UNFINISHED)
    assert desk.scalar(select(func.count(RepairOrder.id)).where(*held)) == 0


def test_pictures_can_be_seen(asking: None, desk: Session) -> None:
    photos = desk.scalars(select(RepairPhoto)).all()
    assert {photo.stage for photo in photos} == {PhotoStage.before, PhotoStage.after, PhotoStage.signature}
    for photo in photos:
        upload = files.find_upload(photo.upload_id)
        assert upload
        assert files.read(upload)


def test_the_log_tells_of_each_and_holds(desk: Session, orders: Sequence[RepairOrder]) -> None:
    assert verify(desk).sound
    kinds = Counter(desk.scalars(select(LogEntry.kind)))
    assert kinds["RepairRegistered"] == len(orders)
    assert kinds["RepairFinished"] >= sum(order.finished_at is not None for order in orders)
    assert kinds["RepairFiled"] == 1
    assert desk.scalar(select(func.count(Item.id)).where(Item.source_kind == "repair_order")) == 1
    registered = desk.scalars(select(LogEntry).where(LogEntry.kind == "RepairRegistered")).all()
    at = {entry.data["number"]: (entry.at, entry.actor) for entry in registered}
    assert all(at[order.number][0] == order.registered_at for order in orders)
    assert {actor for _at, actor in at.values()} >= {"李敏", "孙浩"}


def test_every_problem_is_in_the_shipped_tree(asking: None) -> None:
    tree = Tree.read()
    for place, faults in ((Place.home, words.HOMES), (Place.public, words.PUBLIC), (Place.equipment, words.MACHINES)):
        for fault in faults:
            assert tree.of(place, fault)
            assert fault.problems
            assert fault.results


def test_the_same_seed_tells_the_same(told_before: list[tuple[Any, ...]], orders: Sequence[RepairOrder]) -> None:
    assert told_before == told(orders)


def test_whatever_a_line_took_out_of_a_van_can_come_back(desk: Session) -> None:
    """`stock.give_back` finds it by the line."""
    lines = desk.scalars(select(RepairLine).where(RepairLine.item_id.is_not(None), RepairLine.takes_back_id.is_(None)))
    wanted = {(f"line-{line.id}", line.item_id, -line.quantity, line.repair_order_id) for line in lines}
    used = desk.scalars(select(StockMovement).filter_by(kind=MovementKind.used)).all()
    assert {(each.pair, each.item_id, each.quantity, each.repair_order_id) for each in used} == wanted
    assert len(used) == len(wanted) > 0
