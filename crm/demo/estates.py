"""Which estates and buildings there are: three estates by default, more buildings and then more estates for more units.

Also what the estate as a whole has: public areas, plant, parking in the open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from crm.demo.facts import Building, Equipment, Estate, Kind, ParkingSpace, PublicArea
from crm.demo.people import Register

SERIALS_PER_UNIT = 16
"""Running numbers set aside per unit for phones, ID numbers and plates; about seven are used."""
ESTATE_SERIALS = 20 * SERIALS_PER_UNIT
"""Set aside before an estate's first building, for the customers of the estate as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How buildings of a kind are built. Homes begin on floor 2 where shops take the ground floor."""

    entrances: int
    floors: int
    per_floor: int
    shops: int = 0
    storage: int = 0
    parking: float
    most_buildings: int

    def units(self, floors: int) -> int:
        lived_on = floors - 1 if self.shops else floors
        return self.entrances * lived_on * self.per_floor + self.shops + self.storage


FORMS: dict[Kind, Form] = {
    "residential": Form(entrances=2, floors=18, per_floor=4, parking=0.6, most_buildings=40),
    "mixed": Form(entrances=2, floors=11, per_floor=3, shops=8, parking=0.5, most_buildings=40),
    "office": Form(entrances=1, floors=12, per_floor=6, storage=6, parking=0.35, most_buildings=10),
}
DEFAULT_UNITS = 1200
_DEFAULT_BUILDINGS = {"YG": 5, "JX": 5, "KC": 2}
# Floors a building needs, however small the company, for the units in known.py.
_LEAST_FLOORS = {("YG", "1"): 2, ("YG", "2"): 3, ("YG", "3"): 5, ("YG", "4"): 2, ("YG", "5"): 11, ("KC", "A"): 5}

_FIRST = (
    Estate(
        code="YG",
        name="阳光花园",
        short_name="阳光",
        kind="residential",
        address="西宁市城西区阳光路18号",
        phone="0971-0008000",
        built_on=date(2012, 6, 28),
    ),
    Estate(
        code="JX",
        name="锦绣江南",
        short_name="锦绣",
        kind="mixed",
        address="西宁市城北区锦绣大道66号",
        phone="0971-0008001",
        built_on=date(2018, 9, 20),
    ),
    Estate(
        code="KC",
        name="科创大厦",
        short_name="科创",
        kind="office",
        address="西宁市城西区科创路9号",
        phone="0971-0008002",
        built_on=date(2020, 11, 16),
    ),
)
_NAME_HEADS = (
    *(("CH", "翠湖"), ("JG", "金桂"), ("BS", "碧水"), ("XZ", "香樟"), ("SX", "书香"), ("BH", "滨河"), ("HX", "和谐")),
    *(("YJ", "御景"), ("ZJ", "紫荆"), ("MY", "明月"), ("XY", "祥云"), ("TL", "听澜"), ("FT", "枫庭"), ("LS", "丽水")),
    *(("WT", "梧桐"), ("YL", "玉兰"), ("CF", "春风"), ("SJ", "盛景"), ("HF", "海棠"), ("QS", "青山"), ("NX", "暖夕")),
)
_NAME_TAILS = ("家园", "名苑", "雅居", "华府", "新城", "公馆", "庭院", "丽景")
_FURTHER_KINDS: tuple[Kind, ...] = ("residential", "mixed", "residential", "residential", "mixed", "office")
_STREETS = ("滨河路", "建设大街", "文景街", "柳湾路", "光华路", "朝阳街", "湟水路")
_DISTRICTS = ("城东区", "城中区", "城西区", "城北区")


def estate(place: int) -> Estate:
    """The estate at that place of the company, 0 the first; the same whatever the company's size."""
    if place < len(_FIRST):
        return _FIRST[place]
    turn, head = divmod(place - len(_FIRST), len(_NAME_HEADS))
    initials, short_name = _NAME_HEADS[head]
    kind = _FURTHER_KINDS[place % len(_FURTHER_KINDS)]
    return Estate(
        code=f"{initials}{place + 1:02d}",
        name=short_name + _name_tail(kind, turn, head),
        short_name=short_name,
        kind=kind,
        address=f"西宁市{_DISTRICTS[place % 4]}{_STREETS[place % 7]}{place * 7 % 180 + 1}号",
        phone=f"0971-0008{place % 900:03d}",
        built_on=date(2006 + place * 5 % 14, 1 + place % 12, 15),
    )


def _name_tail(kind: Kind, turn: int, head: int) -> str:
    """No tail comes twice after the same head, whatever the number of estates."""
    if kind == "office":
        return "大厦" if turn == 0 else f"大厦{turn + 1}期"
    phase = turn // len(_NAME_TAILS)
    return _NAME_TAILS[(turn + head) % len(_NAME_TAILS)] + (f"{phase + 1}期" if phase else "")


def _estate(place: int, *, code: str, name: str, short_name: str, kind: Kind, address: str, built_on: date) -> Estate:
    phone = f"0971-0008{place % 1000:03d}"
    return Estate(
        code=code, name=name, short_name=short_name, kind=kind, address=address, phone=phone, built_on=built_on
    )


def plan(units: int) -> tuple[tuple[Estate, ...], tuple[Building, ...]]:
    """All estates and buildings of a company of about `units`: up to one building more, lower ones below 1,200."""
    counts = dict(_DEFAULT_BUILDINGS)
    estates = [estate(place) for place in range(len(_FIRST))]
    missing = units - sum(_size(of) * counts[of.code] for of in estates)
    while missing > 0:
        of = _next_to_grow(estates, counts)
        counts[of.code] = counts.get(of.code, 0) + 1
        missing -= _size(of)
    return tuple(estates), tuple(_buildings(estates, counts, min(1.0, units / DEFAULT_UNITS)))


def _next_to_grow(estates: list[Estate], counts: dict[str, int]) -> Estate:
    """The estate furthest from being full; a new one, added to `estates`, when all are."""
    emptiest = min(estates, key=lambda of: counts[of.code] / FORMS[of.kind].most_buildings)
    if counts[emptiest.code] < FORMS[emptiest.kind].most_buildings:
        return emptiest
    estates.append(estate(len(estates)))
    return estates[-1]


def _size(of: Estate) -> int:
    form = FORMS[of.kind]
    return form.units(form.floors)


def _buildings(estates: list[Estate], counts: dict[str, int], scale: float) -> Iterator[Building]:
    serial = SERIALS_PER_UNIT  # those below belong to the people in known.py
    for of in estates:
        serial += ESTATE_SERIALS
        first_space = 0
        for place in range(counts[of.code]):
            built = _building(of, place, scale, serial=serial, first_space=first_space)
            serial, first_space = serial + built.units * SERIALS_PER_UNIT, first_space + built.spaces
            yield built


def _building(of: Estate, place: int, scale: float, *, serial: int, first_space: int) -> Building:
    form = FORMS[of.kind]
    number = _letters(place) if of.kind == "office" else str(place + 1)
    floors = max(round(form.floors * scale), _LEAST_FLOORS.get((of.code, number), 2))
    units = form.units(floors)
    return Building(
        estate=of.code,
        number=number,
        kind=of.kind,
        floors=floors,
        units=units,
        spaces=int(units * form.parking),
        built_on=of.built_on.replace(year=of.built_on.year + place // 10),
        serial=serial,
        first_space=first_space,
    )


def _letters(place: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26] * (place // 26 + 1)


_PUBLIC = ("中心花园", "地下车库B1", "北门岗亭", "儿童游乐区", "消防控制室", "配电房", "生活水泵房", "垃圾分类点")
_PUBLIC_OFFICE = ("入口广场", "地下车库B1", "访客大厅", "消防控制室", "配电房", "生活水泵房", "空调机房", "员工餐厅")
Plant = Literal["pump", "fire", "power", "access"]
_MAKERS: dict[Plant, str] = {"pump": "河湟泵业", "fire": "安盾消防", "power": "高原电气", "access": "智行门禁"}


def public_areas(of: Estate) -> tuple[PublicArea, ...]:
    areas = _PUBLIC_OFFICE if of.kind == "office" else _PUBLIC
    return tuple(PublicArea(estate=of.code, building=None, name=name) for name in areas)


_PLANT: tuple[tuple[Plant, int, str], ...] = (
    ("pump", 1, "1号生活水泵"),
    ("pump", 2, "2号生活水泵"),
    ("fire", 1, "消防报警主机"),
    ("power", 1, "1号变压器"),
    ("power", 2, "柴油发电机"),
    ("access", 1, "车辆道闸"),
)


def plant(of: Estate, register: Register) -> tuple[Equipment, ...]:
    """The machines that serve the whole estate."""
    return tuple(
        Equipment(
            estate=of.code,
            building=None,
            entrance=None,
            kind=kind,
            name=name,
            code=f"{of.code}-{kind.upper()}{number}",
            maker=_MAKERS[kind],
            installed_on=of.built_on,
            next_inspection_on=next_inspection(of.built_on, register),
        )
        for kind, number, name in _PLANT
    )


def next_inspection(installed_on: date, register: Register) -> date:
    """The next anniversary of the installation; one in fourteen is the last one, that is overdue."""
    day = installed_on.replace(year=register.today.year, day=min(installed_on.day, 28))
    coming = day if day >= register.today else day.replace(year=day.year + 1)
    return coming.replace(year=coming.year - 1) if register.chance(1 / 14) else coming


def surface_spaces(of: Estate) -> tuple[ParkingSpace, ...]:
    """A few in the open, for visitors and short rents; nobody owns them."""
    return tuple(
        ParkingSpace(estate=of.code, zone="S", number=f"S-{number:02d}", kind="surface", area=Decimal("12.50"))
        for number in range(1, 13)
    )
