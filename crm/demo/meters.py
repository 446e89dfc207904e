"""The demo company's meters: some months of readings in two buildings, and what is shared out beside them.

Read on the first of each month, before its run: what was used up to then is billed in that month. One meter was
swapped, one began again at nought, one reading was odd and found right; of this month one is under query and a few
are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy import select

from crm.billing.arithmetic import next_month
from crm.billing.charges.models import Basis, ChargeItem, LegalBasis, MeterKind, Payer, SharedBy, SharedCost
from crm.billing.meters.consumption import Anomaly
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.bulk import Ids, pour
from crm.dates import Period, utc_now
from crm.db import session
from crm.demo.charges import ITEMS, Item, months_of, store_items
from crm.demo.place import Ground
from crm.properties.models import Building, Unit, UnitStatus, UnitUse

BUILDINGS = {"YG": ("1", "3")}  # every run takes its time, however few it bills
FLATS = 24  # of a building: the first entrance was fitted first
MONTHS = 3  # told at most
METERED = (
    Item(
        name="水费",
        basis=Basis.meter,
        prices={None: "4.10"},
        payer=Payer.occupant,
        legal_basis=LegalBasis.government_price,
        reference="宁发改价格〔2023〕18号",
        meter_kind=MeterKind.water,
    ),
    Item(
        name="电费",
        basis=Basis.meter,
        prices={None: "0.4177"},
        payer=Payer.occupant,
        legal_basis=LegalBasis.government_price,
        reference="宁发改价格〔2023〕22号",
        meter_kind=MeterKind.electricity,
    ),
    Item(name="电梯电费分摊", basis=Basis.shared, prices={}, shared_by=SharedBy.built_area),
    Item(
        name="公共用水分摊",
        basis=Basis.shared,
        prices={},
        payer=Payer.occupant,
        shared_by=SharedBy.consumption,
        meter_kind=MeterKind.water,
    ),
)
SWAPPED, ODD, LEAK = 2, 1, 16  # months ago; months ago; times the usual, which is under query now
LETTERS = {MeterKind.water: "S", MeterKind.electricity: "D"}
USUAL = {MeterKind.water: (6, 15), MeterKind.electricity: (90, 260)}  # a month's m³ or kWh of a flat
TENTH = Decimal("0.1")
READER, CLERK = "张建国", "郑凯"


def store(ground: Ground, dice: Random, period: Period) -> None:
    months = list(months_of(period))[-MONTHS:]
    estates = {code: estate_id for code, estate_id in ground.estates.items() if code in BUILDINGS}
    if not months:
        return
    items = store_items(estates.values(), months[0], METERED, first=len(ITEMS))
    for code, estate_id in estates.items():
        round_of = Round(code, estate_id, months, dice)
        if round_of.walk():
            _share(items[estate_id], round_of.buildings[0], months, dice)


class Round:
    """The meters of an estate and what was read off them, month by month."""

    def __init__(self, code: str, estate_id: int, months: Sequence[date], dice: Random) -> None:
        self.code, self.estate_id, self.months, self.dice = code, estate_id, months, dice
        self.installed_on = next_month(months[0], -1)
        self.ids, self.meters, self.readings = Ids(), list[dict[str, Any]](), list[dict[str, Any]]()
        found = select(Building.id).where(Building.estate_id == estate_id, Building.number.in_(BUILDINGS[code]))
        self.buildings = list(session().scalars(found.order_by(Building.sort_key)))

    def walk(self) -> bool:
        """Whether any flat has a meter."""
        for building_id in self.buildings:
            self._public(building_id)
            for unit_id in self._flats(building_id):
                for kind in LETTERS:
                    self._read(self._hang(kind, building_id, unit_id=unit_id), kind)
        pour(Meter, self.meters)
        pour(MeterReading, self.readings)
        self.ids.settle()
        return any(meter["unit_id"] for meter in self.meters)

    def _flats(self, building_id: int) -> Sequence[int]:
        lived_in = Unit.status.in_((UnitStatus.occupied, UnitStatus.let))
        found = select(Unit.id).where(Unit.building_id == building_id, Unit.use == UnitUse.home, lived_in)
        handed_over = found.where(Unit.handover_on < self.installed_on)
        return session().scalars(handed_over.order_by(Unit.sort_key).limit(FLATS)).all()

    def _public(self, building_id: int) -> None:
        """The lift's, by which the supplier's invoice is checked."""
        meter = self._hang(MeterKind.electricity, building_id, place="电梯及公共照明", multiplier=40)
        value = Decimal(self.dice.randrange(100, 900))
        self._enter(meter, self.installed_on, value, ReadingKind.base)
        for month in self.months:
            value += self.dice.randrange(60, 90)
            self._enter(meter, month, value)

    def _hang(self, kind: MeterKind, building_id: int, **given: Any) -> dict[str, Any]:
        [meter_id] = self.ids.take(Meter, 1)
        facts = {"unit_id": None, "place": "", "multiplier": 1, "installed_on": self.installed_on}
        made = {
            "id": meter_id,
            "estate_id": self.estate_id,
            "building_id": building_id,
            "kind": kind,
            "number": f"{self.code}-{LETTERS[kind]}{len(self.meters) + 1:04d}",
            "removed_on": None,
            "replaces_id": None,
            "note": "",
            **(facts | given),
        }
        self.meters.append(made)
        return made

    def _read(self, meter: dict[str, Any], kind: MeterKind) -> None:
        """Which of the exceptions a meter has follows from its place on the round."""
        place, usual = len(self.meters), self.dice.randint(*USUAL[kind])
        rolls = place == 9 and len(self.months) > 1
        value = Decimal(99_999 - usual if rolls else self.dice.randrange(20, 900))
        self._enter(meter, self.installed_on, value, ReadingKind.base)
        for number, month in enumerate(self.months):
            left = len(self.months) - number - 1
            if not left and place % 19 == 5:
                continue  # nobody was at home
            times, said = self._odd(month, left) if place == 6 else (1, {})
            used = usual * self.dice.uniform(0.75, 1.3) * times
            before, value = value, (value + Decimal(used).quantize(TENTH)) % 100_000
            if place == 10 and left == min(SWAPPED, len(self.months) - 1):
                meter = self._swap(meter, month, value)
                value = Decimal(0)
            else:
                self._enter(meter, month, value, rolled=value < before, **said)

    def _odd(self, month: date, left: int) -> tuple[int, dict[str, Any]]:
        """How many times the usual was used, and what is said of it."""
        if not left:
            return LEAK, {"note": "业主称无人用水，疑似暗漏，待复核"}
        if left != min(ODD, len(self.months) - 2):
            return 1, {}
        confirmed = {"confirmed_as": Anomaly.high, "confirmed_by": CLERK, "confirmed_at": _morning(month, 2)}
        return 6, confirmed | {"remark": "水管爆裂，已修复，用量属实"}

    def _swap(self, meter: dict[str, Any], day: date, value: Decimal) -> dict[str, Any]:
        self._enter(meter, day, value, ReadingKind.final, note="表盘模糊，换表")
        meter["removed_on"] = day
        taken = {"unit_id": meter["unit_id"], "installed_on": day, "replaces_id": meter["id"]}
        new = self._hang(meter["kind"], meter["building_id"], **taken)
        self._enter(new, day, Decimal(0), ReadingKind.base)
        return new

    def _enter(
        self,
        meter: dict[str, Any],
        day: date,
        value: Decimal,
        kind: ReadingKind = ReadingKind.regular,
        **given: Any,
    ) -> None:
        unsaid = {"rolled": False, "note": "", "remark": ""}
        unsaid |= dict.fromkeys(("confirmed_as", "confirmed_by", "confirmed_at"))
        entered = {"entered_by": READER, "entered_at": _morning(day, 0)}
        said = {"meter_id": meter["id"], "multiplier": meter["multiplier"], "read_on": day, "value": value}
        self.readings.append({**unsaid, **entered, **said, "kind": kind, **given})


def _morning(day: date, hours: int) -> datetime:
    """Hours after eight of a day so far."""
    return min(datetime.combine(day, time(hours), UTC), utc_now())


def _share(items: Sequence[ChargeItem], building_id: int, months: Sequence[date], dice: Random) -> None:
    """What the suppliers' invoices of each month say."""
    [lift, water] = [item for item in items if item.basis is Basis.shared]
    pour(SharedCost, list(_costs(lift, building_id, months, "国网电费通知单", (1500, 2300), dice)))
    pour(SharedCost, list(_costs(water, None, months, "自来水公司发票", (260, 420), dice)))


def _costs(
    item: ChargeItem, building_id: int | None, months: Sequence[date], document: str, least_most: Any, dice: Random
) -> Iterator[dict[str, Any]]:
    for month in months:
        yield {
            "item_id": item.id,
            "building_id": building_id,
            "period": month,
            "total": Decimal(dice.randint(*least_most)) + Decimal(dice.randrange(100)) / 100,
            "document": f"{document} {month:%Y%m}-{dice.randrange(10**4):04d}",
            "entered_by": CLERK,
            "entered_at": _morning(month, 0),
        }
