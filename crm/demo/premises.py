"""What stands in one building: entrances, units, parking spaces under it, its public areas and machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Literal

from crm.demo.estates import FORMS, next_inspection
from crm.demo.facts import Building, Entrance, Equipment, Estate, ParkingSpace, PublicArea, Status, Unit, Use
from crm.demo.known import KNOWN_HANDOVER, KNOWN_STATUS
from crm.demo.names import weighted
from crm.demo.people import Register


@dataclass(frozen=True, slots=True)
class Plan:
    """One door of a floor: what is behind it, built-up m² before the building's own variation, inner part of it."""

    layout: str
    area: float
    inner: float


_HOMES = (
    Plan("三室两厅两卫", 128.64, 0.798),
    Plan("两室两厅一卫", 88.50, 0.785),
    Plan("三室两厅一卫", 105.32, 0.791),
    Plan("一室一厅一卫", 56.30, 0.772),
)
_OFFICES = (Plan("开间", 146.20, 0.702), Plan("开间", 98.75, 0.695), Plan("套间", 210.48, 0.714))
_SHOPS = (Plan("临街铺", 62.18, 0.905), Plan("临街铺", 48.36, 0.912), Plan("两层商铺", 126.90, 0.888))
_STORAGE = (Plan("储藏间", 12.40, 0.93), Plan("储藏间", 18.75, 0.93))

_STATUSES: tuple[Status, ...] = ("occupied", "let", "vacant", "renovating", "handed_over", "sold", "unsold")
_HOME_OLD = tuple(accumulate((74, 15, 6.5, 3, 1, 0, 0.5)))
_HOME_NEW = tuple(accumulate((63, 13, 8, 5, 4, 3, 4)))
_SUMS: dict[Use, tuple[float, ...]] = {
    "shop": tuple(accumulate((24, 56, 12, 4, 1, 1, 2))),
    "office": tuple(accumulate((32, 46, 9, 4, 1, 2, 6))),
    "storage": tuple(accumulate((55, 0, 25, 0, 0, 0, 20))),
}
_SETTLED_YEARS = 10


def entrances(building: Building) -> tuple[Entrance, ...]:
    form = FORMS[building.kind]
    numbers = (*(["0"] if form.shops else []), *(str(number + 1) for number in range(form.entrances)))
    return tuple(
        Entrance(
            estate=building.estate,
            building=building.number,
            number=number,
            floors=1 if number == "0" else building.floors,
            has_lift=number != "0" and building.floors > 6,
        )
        for number in numbers
    )


@dataclass(frozen=True, slots=True)
class Door:
    """Where a unit is and what is behind its door."""

    entrance: str
    number: str
    floor: int
    use: Use
    plan: Plan


def units(building: Building, register: Register) -> Iterator[Unit]:
    """All units from the basement up, entrance by entrance: `building.units` of them."""
    return (_unit(building, door, register) for door in _doors(building))


def _doors(building: Building) -> Iterator[Door]:
    form = FORMS[building.kind]
    for place in range(form.storage):
        yield Door("1", f"B{place + 1:02d}", -1, "storage", _STORAGE[place % 2])
    for place in range(form.shops):
        yield Door("0", f"1{place + 1:02d}", 1, "shop", _SHOPS[place % 3])
    use: Use = "office" if building.kind == "office" else "home"
    plans = _OFFICES if use == "office" else _HOMES
    for entrance in range(form.entrances):
        for floor in range(2 if form.shops else 1, building.floors + 1):
            for place in range(form.per_floor):
                yield Door(str(entrance + 1), f"{floor}{place + 1:02d}", floor, use, plans[place % len(plans)])


def _unit(building: Building, door: Door, register: Register) -> Unit:
    key = f"{building.estate}/{building.number}-{door.entrance}-{door.number}"
    status = KNOWN_STATUS.get(key) or _status(building, register, door.use)
    built_area, inner_area = _areas(building, door.plan)
    return Unit(
        estate=building.estate,
        building=building.number,
        entrance=door.entrance,
        number=door.number,
        floor=door.floor,
        use=door.use,
        layout=door.plan.layout,
        built_area=built_area,
        inner_area=inner_area,
        status=status,
        handover_on=_handover(building, key, status, register),
    )


def _areas(building: Building, plan: Plan) -> tuple[Decimal, Decimal]:
    """Buildings differ a little, the doors above one another are equal; building 3 is built to plan."""
    place = ord(building.number[0]) if building.kind == "office" else int(building.number) - 3
    area = plan.area + (place % 5) * 0.83
    return Decimal(f"{area:.2f}"), Decimal(f"{area * plan.inner:.2f}")


def _status(building: Building, register: Register, use: Use) -> Status:
    settled = (register.today - building.built_on).days > 365 * _SETTLED_YEARS
    return weighted(register.rng, _STATUSES, _SUMS.get(use) or (_HOME_OLD if settled else _HOME_NEW))


def _handover(building: Building, key: str, status: Status, register: Register) -> date | None:
    """Most are handed over in the first months, a tenth sold and handed over years later; never after today."""
    if status in ("unsold", "sold"):
        return None
    days = register.rng.randint(400, 1600) if register.chance(0.1) else register.rng.randint(20, 200)
    usual = min(building.built_on + timedelta(days=days), register.today - timedelta(days=30))
    return KNOWN_HANDOVER[building.estate] if key in KNOWN_STATUS else usual


def parking_spaces(building: Building) -> tuple[ParkingSpace, ...]:
    """The spaces under the building; numbers run on through the estate's garage."""
    first = building.first_space + 1
    return tuple(
        ParkingSpace(
            estate=building.estate,
            zone="B1",
            number=f"B1-{number:03d}",
            kind="underground",
            area=Decimal("13.25") if number % 7 else Decimal("15.60"),
        )
        for number in range(first, first + building.spaces)
    )


def public_areas(of: Estate, building: Building) -> tuple[PublicArea, ...]:
    block = f"{building.number}座" if building.kind == "office" else f"{building.number}号楼"
    places = ("大堂", "楼梯间", "屋面", "外立面", "公共卫生间" if building.kind == "office" else "地下室")
    return tuple(PublicArea(estate=of.code, building=building.number, name=block + place) for place in places)


def equipment(building: Building, register: Register) -> Iterator[Equipment]:
    """Lifts and door controls of each entrance, a hydrant system and, in offices, the air conditioning."""
    for entrance in entrances(building):
        lifts = (2 if building.kind == "office" else 1) if entrance.has_lift else 0
        for number in range(1, lifts + 1):
            yield _machine(building, register, entrance.number, "lift", number)
        if entrance.number != "0":
            yield _machine(building, register, entrance.number, "access", 1)
    yield _machine(building, register, None, "fire", 1)
    if building.kind == "office":
        yield _machine(building, register, None, "hvac", 1)


Machine = Literal["lift", "access", "fire", "hvac"]
_MACHINES: dict[Machine, tuple[str, str]] = {
    "lift": ("客梯", "西部快联电梯"),
    "access": ("单元门禁", "智行门禁"),
    "fire": ("消火栓系统", "安盾消防"),
    "hvac": ("中央空调机组", "雪山空调"),
}


def _machine(building: Building, register: Register, entrance: str | None, kind: Machine, number: int) -> Equipment:
    name, maker = _MACHINES[kind]
    place = f"{building.number}-{entrance}" if entrance else building.number
    return Equipment(
        estate=building.estate,
        building=building.number,
        entrance=entrance,
        kind=kind,
        name=f"{place} {number}号{name}",
        code=f"{building.estate}-{place}-{kind.upper()}{number}",
        maker=maker,
        installed_on=building.built_on,
        next_inspection_on=next_inspection(building.built_on, register),
    )
