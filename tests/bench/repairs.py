"""Two years of repairs, 200,000 jobs of which some 400 are open: lists, board, intake, figures.

`--people 6000 --only repairs` makes a small installation for it; the demo company does as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from flask import g
from flask.testing import FlaskClient
from sqlalchemy import func, literal, select, text

from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.bulk import Ids, look_anew, pour
from crm.dates import business_day, months_later, utc_now
from crm.db import session, unit_of_work
from crm.numbering import Number, NumberSeries, NumberState
from crm.properties.models import Estate, Unit
from crm.repairs.categories.models import Priority, RepairCategory
from crm.repairs.categories.seeding import seed
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.reports import report
from crm.repairs.orders import invariants, queries
from crm.repairs.orders.models import (
    Channel,
    LineKind,
    OrderState,
    Payer,
    PriorityReason,
    RepairLine,
    RepairOrder,
    RepairStep,
    ReturnVisit,
)
from crm.tenants.models import Occupancy
from tests.bench.figure import Figure, Reading, seconds, spread, timings
from tests.bench.installation import USERS, Installation, settle

JOBS, OPEN, DAYS, PIECE = 200_000, 400, 730, 20_000
S = OrderState
UNDER_WAY = (S.registered, S.dispatched, S.accepted, S.on_site, S.working, S.waiting, S.done, S.confirmed, S.rework)
HELD = (S.dispatched, S.accepted, S.on_site, S.working, S.waiting)
PATH = "register assign accept arrive start finish confirm satisfied file".split()
STATES = "registered dispatched accepted on_site working done confirmed visited filed".split()
CHANNELS = (Channel.phone,) * 6 + (Channel.counter, Channel.message, Channel.patrol)
SERIES = "维修量"


def fill(bench: Installation) -> None:
    """Once for each installation."""
    with bench.reading() as db:
        if db.scalar(select(NumberSeries.id).where(NumberSeries.name == SERIES)) is not None:
            return
    with bench.app.app_context():
        g.actor = system_actor("bench")
        with unit_of_work() as db:
            seed()
            _store(Random(bench.seed))
            look_anew()
            db.info.clear()
    settle()


def _store(dice: Random) -> None:
    ids, now = Ids(), utc_now()
    series = NumberSeries(name=SERIES, year=0, last=JOBS)
    session().add(series)
    session().flush()
    whose: dict[int, int] = dict(session().execute(select(Occupancy.unit_id, Occupancy.customer_id)).tuples().all())
    units = session().execute(select(Unit.id, Unit.estate_id, Unit.building_id).where(Unit.building_id.is_not(None)))
    places = [(*row, whose.get(row.id)) for row in units]
    drawn = _Drawn(dice, now, series.id, places, _categories(), _workers())
    for begins in range(0, JOBS, PIECE):
        count = min(PIECE, JOBS - begins)
        numbers, orders = ids.take(Number, count), ids.take(RepairOrder, count)
        pour(Number, [drawn.number(key, begins + place + 1) for place, key in enumerate(numbers)])
        made = [
            drawn.order(key, number, begins + place)
            for place, (key, number) in enumerate(zip(orders, numbers, strict=True))
        ]
        pour(RepairOrder, made)
        steps = [step for order in made for step in drawn.steps(order)]
        pour(RepairStep, _keyed(ids, RepairStep, steps))
        pour(RepairLine, _keyed(ids, RepairLine, [line for order in made for line in drawn.lines(order)]))
        pour(ReturnVisit, _keyed(ids, ReturnVisit, [drawn.visit(order) for order in made if order["satisfied"]]))
    ids.settle()


def _keyed(ids: Ids, model: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": key, **row} for key, row in zip(ids.take(model, len(rows)), rows, strict=True)]


def _categories() -> Sequence[int]:
    return session().scalars(select(RepairCategory.id).where(RepairCategory.parent_id.is_not(None))).all()


def _workers() -> Sequence[int]:
    return session().scalars(select(User.id).where(User.username.in_(("sunhao", "zhangjg", "limin", "zhouhui")))).all()


class _Drawn:
    """Jobs as they come from the dice; the last ones are open."""

    def __init__(self, dice: Random, now: datetime, series_id: int, places: Any, categories: Any, workers: Any) -> None:
        self.dice, self.now, self.series_id = dice, now, series_id
        self.places, self.categories, self.workers = places, categories, workers
        self.weights = [1 / (1 + place) for place in range(len(categories))]

    def number(self, key: int, serial: int) -> dict[str, Any]:
        told = {"series_id": self.series_id, "serial": serial, "text": f"WB-{serial:06d}"}
        return {"id": key, "state": NumberState.committed, **told}

    def order(self, key: int, number_id: int, place: int) -> dict[str, Any]:
        dice, is_open = self.dice, place >= JOBS - OPEN
        unit_id, estate_id, building_id, customer_id = dice.choice(self.places)
        age = timedelta(minutes=dice.randrange(8_000)) if is_open else DAYS * timedelta(days=1) * (1 - place / JOBS)
        reported = self.now - age - (timedelta(0) if is_open else timedelta(days=6))
        state = dice.choice(UNDER_WAY) if is_open else S.cancelled if dice.random() < 0.03 else S.filed
        [category_id] = dice.choices(self.categories, self.weights)
        return {
            "id": key,
            "number_id": number_id,
            "number": f"WB-{place + 1:06d}",
            "estate_id": estate_id,
            "building_id": building_id,
            "unit_id": unit_id,
            "customer_id": customer_id,
            "caller": "住户",
            "digits": f"139{place:08d}",
            "tail": f"{place % 10_000:04d}",
            "channel": dice.choice(CHANNELS),
            "category_id": category_id,
            "problem": "厨房水管漏水",
            "emergency": dice.random() < 0.05,
            "priority": Priority.normal,
            "priority_reason": PriorityReason.category,
            "payer": dice.choice([*Payer]),
            "state": state,
            "registered_at": reported,
            "registered_by": "李敏",
            "accept_due_at": reported + timedelta(minutes=30),
            "arrive_due_at": reported + timedelta(hours=7),
            "finish_due_at": reported + timedelta(days=3),
            "contacted_at": reported + timedelta(minutes=dice.randrange(60)),
            "repeat_of_id": key - dice.randrange(1, 200) if dice.random() < 0.02 and key > 200 else None,
            **self._moments(state, reported),
        }

    def _moments(self, state: OrderState, reported: datetime) -> dict[str, Any]:
        dice, worker_id = self.dice, self.dice.choice(self.workers)
        held, over = state in HELD, state in (S.done, S.confirmed, S.filed)
        finished = min(reported + timedelta(minutes=dice.randrange(60, 7_000)), self.now)
        confirmed = finished if state in (S.confirmed, S.filed) else None
        return {
            "worker_id": worker_id if held or over else None,
            "accepted_at": reported + timedelta(minutes=dice.randrange(40)) if held or over else None,
            "arrived_at": reported + timedelta(minutes=dice.randrange(40, 500)) if over else None,
            "finished_at": finished if over else None,
            "finished_by_id": worker_id if over else None,
            "confirmed_at": confirmed,
            "visit_due_on": confirmed.date() + timedelta(days=3) if confirmed else None,
            "satisfied": True if state is S.filed else None,
            "reworks": int(dice.random() < 0.03),
        }

    def steps(self, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
        state = order["state"]
        if state is S.cancelled:
            path = [("register", None, "registered"), ("cancel", "registered", "cancelled")]
        else:
            reached = STATES.index(state.value) if state.value in STATES else 4
            path = list(zip(PATH, [None, *STATES[:-1]], STATES, strict=True))[: reached + 1]
            path[-1] = (*path[-1][:2], state.value)
        for place, (action, before, after) in enumerate(path):
            yield {
                "repair_order_id": order["id"],
                "action": action,
                "from_state": before and S(before),
                "to_state": S(after),
                "worker_id": order["worker_id"],
                "taken_by": "孙浩",
                "taken_at": order["registered_at"] + place * timedelta(minutes=30),
            }

    def lines(self, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for kind in LineKind if order["finished_at"] and self.dice.random() < 0.5 else ():
            amount = Decimal(self.dice.randrange(1, 30_000)) / 100
            yield {
                "repair_order_id": order["id"],
                "kind": kind,
                "name": "三角阀",
                "quantity": Decimal(1),
                "price": amount,
                "amount": amount,
                "entered_by": "张建国",
                "entered_at": order["finished_at"],
            }

    def visit(self, order: dict[str, Any]) -> dict[str, Any]:
        told = {"made_by": "李敏", "made_at": order["finished_at"] + timedelta(days=1)}
        return {"repair_order_id": order["id"], "satisfied": True, "score": self.dice.randrange(3, 6), **told}


def _busiest() -> Any:
    """The estate with most jobs, and a building of it."""
    found = select(RepairOrder.estate_id, func.max(RepairOrder.building_id).label("building_id")).limit(1)
    return session().execute(found.group_by(RepairOrder.estate_id).order_by(func.count().desc())).one()


def _fetched(statement: Any) -> Callable[[], Any]:
    return lambda: session().execute(statement).all()


def _compared(name: str, ours: Sequence[Callable[[], Any]], plain: Callable[[], Any], note: str = "") -> Reading:
    """The 95 % of ours, beside the least of the plainest SQL's."""
    took, plainly = timings(ours), min(timings([plain] * 5))
    return spread(name, took, sum(took) / len(took) / plainly, f"plain {plainly:.2f}{f', {note}' if note else ''}")


def _lists(bench: Installation) -> Iterator[Reading]:
    """A page of the list and its count, as the list asks for them; then the page itself, where there is one."""
    fill(bench)
    with bench.reading():
        here = _busiest()
        wanted: dict[str, list[Any]] = {
            "first page": [],
            "open": [queries.OPEN],
            "of a building": [RepairOrder.building_id == here.building_id],
            "late": [queries.is_late(utc_now())],
            "of a category": [RepairOrder.category_id == _categories()[3]],
            "last digits": [RepairOrder.tail == "0815"],
        }
        for name, conditions in wanted.items():
            base = queries.orders().where(*conditions)
            page = _fetched(base.order_by(RepairOrder.id.desc()).limit(50))
            left = base.with_only_columns(literal(1), maintain_column_froms=True).offset(0)
            counted = select(func.count()).select_from(left.subquery())  # as `crm.lists.asking` counts
            alone = queries.every_order().with_only_columns(func.count(), maintain_column_froms=True)
            count = _fetched(counted if conditions else alone)
            plain = _fetched(
                select(RepairOrder.__table__).where(*conditions).order_by(RepairOrder.id.desc()).limit(50)  # type: ignore[arg-type]
            )
            yield _compared(name, [page] * 10, plain)
            yield _compared(
                f"{name}, count", [count] * 5, _fetched(select(func.count(RepairOrder.id)).where(*conditions))
            )
    yield from _page(bench, ["/repairs/", "/repairs/?page=20", "/repairs/?q=WB-0815"])


def _page(bench: Installation, addresses: list[str]) -> Iterator[Reading]:
    client = bench.client(USERS["dispatcher"])
    for address in addresses:
        if client.get(address).status_code == 200:
            yield spread(address, timings([partial(client.get, address)] * 10))


def _board(bench: Installation) -> Iterator[Reading]:
    """Everything open, and the board's page."""
    fill(bench)
    plain = "SELECT * FROM repair_order WHERE state NOT IN ('filed', 'cancelled', 'duplicate')"
    with bench.reading() as db:
        ours = _fetched(queries.orders().where(queries.OPEN).order_by(RepairOrder.id))
        yield _compared("query", [ours] * 10, lambda: db.execute(text(plain)).all(), f"{len(ours())} jobs")
    yield from _page(bench, ["/repairs/dispatch/", "/repairs/dispatch/day"])


def _proof(bench: Installation) -> Iterator[Reading]:
    """The nightly check of all open jobs."""
    fill(bench)
    with bench.reading():
        yield Reading("proved", seconds(invariants.faults), note=f"{OPEN} jobs")


def _known(bench: Installation) -> Iterator[Reading]:
    """What intake looks up while a caller talks: jobs under way at the unit, an old fault come back."""
    fill(bench)
    dice = Random(bench.seed)
    with bench.reading() as db:
        units = dice.choices(
            db.scalars(select(Unit).where(Unit.building_id.is_not(None)).limit(5_000)).all(), k=bench.asks
        )
        [category_id, *_others] = _categories()
        plain = select(RepairOrder.__table__).where(RepairOrder.unit_id == units[0].id)  # type: ignore[arg-type]
        at = [partial(queries.open_at, unit.id, category_id, estate_id=unit.estate_id) for unit in units]
        yield _compared("open at a unit", at, _fetched(plain))
        nowhere = partial(queries.open_at, None, category_id, estate_id=units[0].estate_id)
        yield _compared("open at no unit", [nowhere] * 10, _fetched(plain))
        again = [partial(queries.repeated_fault, unit, category_id, business_day()) for unit in units]
        yield _compared("repeated fault", again, _fetched(plain))


def _figures(bench: Installation) -> Iterator[Reading]:
    """Reckoned, beside one sum over the jobs reported or finished in the same months; then the page."""
    fill(bench)
    with bench.reading():
        here, this = _busiest(), business_day().replace(day=1)
        names = {here.estate_id: session().scalars(select(Estate.name).where(Estate.id == here.estate_id)).one()}
        for name, begins, last in (
            ("last month", months_later(this, -1), months_later(this, -1)),
            ("a month a year ago", months_later(this, -13), months_later(this, -13)),
            ("a year", months_later(this, -12), months_later(this, -1)),
        ):
            asked = Asked(begins=begins, last=last, now=utc_now(), estates=names, names_workers=True)
            yield _compared(name, [partial(report, asked)] * 3, _fetched(_plainly(asked)))
    month, year = f"{months_later(this, -1):%Y-%m}", f"{months_later(this, -12):%Y-%m}"
    yield from _page(bench, [f"/repairs/figures/?month={month}", f"/repairs/figures/?month={year}&until={month}"])


def _plainly(asked: Asked) -> Any:
    moments = RepairOrder.registered_at, RepairOrder.finished_at
    reported, finished = ((moment >= asked.start) & (moment < asked.end) for moment in moments)
    sums = func.count().filter(reported), func.count().filter(finished)
    return select(RepairOrder.category_id, *sums).where(reported | finished).group_by(RepairOrder.category_id)


def _intake(bench: Installation) -> Iterator[Reading]:
    """What is known while a caller talks, and the report posted: from the request to the last byte."""
    fill(bench)
    with bench.reading() as db:
        found = select(Unit.id, Unit.label).where(Unit.building_id.is_not(None), Unit.label != "").limit(2_000)
        units = db.execute(found).all()
    client = bench.client(USERS["dispatcher"])
    drawn = Random(bench.seed).choices(units, k=bench.asks)
    known = [partial(_posted, client, "/repairs/new/known", unit, 200) for unit in drawn]
    yield spread("known while it is typed", timings(known))
    yield spread("posted", timings([partial(_posted, client, "/repairs/new", unit, 302) for unit in drawn]))


def _posted(client: FlaskClient, path: str, unit: Any, expected: int) -> None:
    told = {"problem": "厨房水管漏水", "unit": unit.label, "emergency": "y", "channel": "phone"}
    told |= {"minutes": "120", "category_id": ""}
    answer = client.post(path, query_string={"unit_id": unit.id}, data=told)
    assert answer.status_code == expected, answer.text[:500]


FIGURES = (
    Figure(name="repairs: lists", unit="ms p95", target=150, measure=_lists, slow=True),
    Figure(name="repairs: board", unit="ms p95", target=100, measure=_board, slow=True),
    Figure(name="repairs: known at intake", unit="ms p95", target=60, measure=_known, slow=True),
    Figure(name="repairs: figures", unit="ms p95", target=None, measure=_figures, slow=True),
    Figure(name="repairs: proof", unit="s", target=None, measure=_proof, slow=True),
    Figure(name="repairs: intake", unit="ms p95", target=150, measure=_intake, slow=True),
)
