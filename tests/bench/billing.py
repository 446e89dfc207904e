"""A month's bills of one item over all units of a large estate, beside a plain INSERT … SELECT of the same bills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask import g
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.billing.arithmetic import next_month
from crm.billing.charges.models import Basis, ChargeItem, LegalBasis, Tariff, Terms
from crm.billing.ledger.models import Bill
from crm.billing.runs import changes, preview, service
from crm.billing.runs.month import Month
from crm.bulk import Ids, look_anew, pour
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.properties.models import Building, Estate, Unit, UnitUse, sort_key
from crm.tenants.models import Customer, CustomerKind, Occupancy, OccupancyRole, Source
from tests.bench.figure import Figure, Reading, seconds, undisturbed
from tests.bench.installation import Installation

NAME, PERIOD, DAY = "账单城", date(2026, 11, 1), date(2020, 1, 1)
ITEMS = (("物业服务费", Basis.built_area, "2.80"), ("公共能耗费", Basis.fixed, "25"), ("垃圾清运费", Basis.fixed, "6"))
PIECE, PER_BUILDING, ROUNDS = 20_000, 200, 3
MOVED = 200  # one unit in so many changes hands within the month
WORDS = {
    "sqlite": {"later": "max", "earlier": "min", "days": "CAST(julianday(until) - julianday(since) AS INTEGER)"},
    "postgresql": {"later": "greatest", "earlier": "least", "days": "(until - since)"},
}
PLAIN = """
    INSERT INTO bill (estate_id, unit_id, customer_id, item_id, run_id, source, period, begins, ends, due_on, month,
        amount, open, voided, quantity, price, days, days_of, tariff_id, meter, note, issued_on, issued_by, issued_at)
    SELECT estate_id, unit_id, customer_id, item_id, :run, 'run', :begins, since, until, :due, :begins,
        (2 * quantity * price * {days} + 300000000) / 600000000,
        (2 * quantity * price * {days} + 300000000) / 600000000,
        false, quantity, price, {days}, 30, tariff_id, 0, '', :begins, 'bench', :now
    FROM (
        SELECT u.estate_id, u.id AS unit_id, o.customer_id, t.item_id, u.built_area * 10 AS quantity, t.price,
            t.id AS tariff_id, {later}(coalesce(o.starts, :begins), :begins) AS since,
            {earlier}(coalesce(o.ends, :ends), :ends) AS until
        FROM unit u
        JOIN occupancy o ON o.unit_id = u.id AND o.role = 'owner' AND (o.starts IS NULL OR o.starts < :ends)
            AND (o.ends IS NULL OR o.ends > :begins)
        JOIN tariff t ON t.item_id = :item
        WHERE u.estate_id = :estate
    ) AS lines
"""
_told: set[tuple[int, Decimal]] = set()  # bills and their sum: the same whoever made them


def _runs(bench: Installation) -> Iterator[Reading]:
    """Each in a transaction of its own that is thrown away, the least of some rounds."""
    plain = _plain(bench)
    ours = _least(bench, _publish)
    [(count, total)] = _told
    yield Reading("plain INSERT … SELECT", plain, note=f"{count:,} bills, {total:,.2f} yuan either way")
    yield Reading("published", ours, ours / plain)


def _again(bench: Installation) -> Iterator[Reading]:
    """Nothing is added: by the second who publishes, and by whoever supplements a month that lacks nothing."""
    plain = _plain(bench)
    for name, act in (("published again", _publish), ("supplemented", _supplement)):
        took = _least(bench, act, prepared=_publish)
        yield Reading(name, took, took / plain)


def _previews(bench: Installation) -> Iterator[Reading]:
    plain = _plain(bench)
    for name, look, prepared in (
        ("count and sum", _count, None),
        ("and who is left out, why", _look, None),
        ("against last month", _change, _publish_last_month),
    ):
        took = _least(bench, look, prepared)
        yield Reading(name, took, took / plain, note=f"{bench.charged:,} units")


def _plain(bench: Installation) -> float:
    fill(bench)
    return _least(bench, _plainly)


def _least(
    bench: Installation, act: Callable[[ChargeItem], object], prepared: Callable[[ChargeItem], object] | None = None
) -> float:
    with undisturbed():
        return min(_thrown_away(bench, act, prepared) for _ in range(ROUNDS))


def _thrown_away(bench: Installation, act: Callable[..., object], prepared: Callable[..., object] | None) -> float:
    with acting(bench), session() as db:
        db.connection(execution_options={"writes": True})
        item = _item_of(db)
        if prepared:
            prepared(item)
        took = seconds(partial(act, item))
        if act in (_plainly, _publish):
            _told.add(
                db.execute(select(func.count(), func.sum(Bill.amount)).where(Bill.item_id == item.id)).one()._tuple()
            )
        db.rollback()
        db.info.clear()
    return took


def _publish(item: ChargeItem) -> None:
    service.publish(service.draft(item, PERIOD), item)


def _publish_last_month(item: ChargeItem) -> None:
    service.publish(service.draft(item, next_month(PERIOD, -1)), item)


def _supplement(item: ChargeItem) -> None:
    service.supplement(service.draft(item, PERIOD), item)


def _count(item: ChargeItem) -> None:
    preview.counted(Month.of(item, PERIOD))


def _look(item: ChargeItem) -> None:
    preview.totals(Month.of(item, PERIOD))


def _change(item: ChargeItem) -> None:
    changes.changes(Month.of(item, PERIOD))


def _plainly(item: ChargeItem) -> None:
    run = service.draft(item, PERIOD)
    session().execute(
        text(PLAIN.format(**WORDS[session().get_bind().dialect.name])),
        {
            "run": run.id,
            "item": item.id,
            "estate": item.estate_id,
            "begins": PERIOD,
            "ends": next_month(PERIOD),
            "due": run.due_on,
            "now": utc_now().replace(tzinfo=None),
        },
    )


@contextmanager
def acting(bench: Installation) -> Iterator[None]:
    with bench.app.app_context():
        g.actor, g.request_id = system_actor("bench"), ""
        yield


def _item_of(db: Session) -> ChargeItem:
    """The first of the estate that is billed."""
    found = select(ChargeItem).join(Estate, Estate.id == ChargeItem.estate_id).where(Estate.name == NAME)
    return db.scalars(found.where(ChargeItem.name == ITEMS[0][0])).one()


def fill(bench: Installation) -> None:
    """An estate with that many units, an owner in each and three items; once for each installation."""
    with acting(bench), unit_of_work() as db:
        if db.scalar(select(Estate.id).where(Estate.name == NAME)) is None:
            _store(bench.charged)
            look_anew()


def _store(count: int) -> None:
    ids = Ids()
    estate = ids.take(Estate, 1)[0]
    pour(Estate, [{"id": estate, "name": NAME}])
    buildings = ids.take(Building, -(-count // PER_BUILDING))
    pour(Building, [_building(estate, key, number) for number, key in enumerate(buildings, start=1)])
    for start in range(0, count, PIECE):
        _street(ids, estate, buildings, range(start, min(start + PIECE, count)))
    for place, (name, basis, price) in enumerate(ITEMS):
        _item(ids, estate, name, basis, price, place)
    ids.settle()


def _building(estate: int, key: int, number: int) -> dict[str, Any]:
    return {"id": key, "estate_id": estate, "number": str(number), "sort_key": sort_key(str(number))}


def _street(ids: Ids, estate: int, buildings: range, places: range) -> None:
    """Every so many units one changes hands on the twelfth."""
    units, owners, buyers = (ids.take(model, len(places)) for model in (Unit, Customer, Customer))
    pour(Unit, [_unit(estate, buildings, *each) for each in zip(units, places, strict=True)])
    whose = {"estate_id": estate, "kind": CustomerKind.person, "registered_on": DAY}
    pour(Customer, [{"id": key, "name": f"业主{key}"} | whose for key in (*owners, *buyers)])
    told = {"estate_id": estate, "role": OccupancyRole.owner, "source": Source.imported, "recorded_at": utc_now()}
    change = PERIOD.replace(day=12)
    held = []
    for unit, place, owner, buyer in zip(units, places, owners, buyers, strict=True):
        moved = place % MOVED == 0
        held.append({"unit_id": unit, "customer_id": owner, "starts": DAY, "ends": change if moved else None} | told)
        if moved:
            held.append({"unit_id": unit, "customer_id": buyer, "starts": change, "ends": None} | told)
    keys = ids.take(Occupancy, len(held))
    pour(Occupancy, [{"id": key} | row for key, row in zip(keys, held, strict=True)])


def _unit(estate: int, buildings: range, key: int, place: int) -> dict[str, Any]:
    building, rest = divmod(place, PER_BUILDING)
    number = f"{rest // 4 + 1}{rest % 4 + 1:02d}"
    label = f"{building + 1}-1-{number}"
    return {
        "id": key,
        "estate_id": estate,
        "building_id": buildings[building],
        "use": UnitUse.home,
        "number": number,
        "label": label,
        "sort_key": sort_key(label),
        "built_area": Decimal(5000 + place % 9000) / 100,
    }


def _item(ids: Ids, estate: int, name: str, basis: Basis, price: str, place: int) -> None:
    [item], [tariff] = ids.take(ChargeItem, 1), ids.take(Tariff, 1)
    pour(ChargeItem, [{"id": item, "estate_id": estate, "name": name, "basis": basis, "position": place}])
    said = {"terms": Terms.priced, "legal_basis": LegalBasis.contract, "reference": "YG-2019-07"}
    entered = {"entered_by": "bench", "entered_at": utc_now()}
    pour(Tariff, [{"id": tariff, "item_id": item, "since": DAY, "price": Decimal(price)} | said | entered])


def history(bench: Installation, months: int) -> int:
    """Bills of the first item for that many months before the measured one, by one statement a month; how many."""
    fill(bench)
    with acting(bench), unit_of_work() as db:
        item = _item_of(db)
        period = next_month(PERIOD, -months)
        for number in range(months):
            service.publish(service.draft(item, next_month(period, number)), item)
        look_anew()
        return db.query(Bill).count()


def _history(bench: Installation) -> Iterator[Reading]:
    count = 0

    def build() -> None:
        nonlocal count
        count = history(bench, bench.months)

    yield Reading(f"{bench.months} months", seconds(build), note=f"{bench.charged:,} units")
    yield Reading("bills in all", float(count))


FIGURES = (
    Figure(name="billing run", unit="s", target=None, measure=_runs, most_ratio=1.2, slow=True),
    Figure(name="billing again", unit="s", target=None, measure=_again, most_ratio=0.2, slow=True),
    Figure(name="billing preview", unit="s", target=None, measure=_previews, most_ratio=0.1, slow=True),
    Figure(name="billing history", unit="s", target=None, measure=_history, slow=True),
)
