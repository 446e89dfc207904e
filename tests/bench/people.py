"""Many customers with a unit and a telephone each: as many as a search must answer among, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from flask import Flask, g

from crm.auth.actor import system_actor
from crm.bulk import Ids, pour
from crm.dates import utc_now
from crm.db import unit_of_work
from crm.demo.storing import store_cast
from crm.desk import index
from crm.properties.models import Building, Estate, Unit, UnitUse, sort_key
from crm.tenants.models import Customer, CustomerKind, Occupancy, OccupancyRole, Phone, Source, Vehicle

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋"
    "蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰红玉梅建国志华文学欣怡"
    "子涵雨轩梓浩然思远佳琪俊晓东海燕春生福来瑞祥永安德胜宝山云飞鹏程长乐行知"
)
FIRMS = "兰州鑫源天庆宏达盛世华商恒泰永利金城陇原西北众合嘉诚博远瑞丰"
TRADES = "商贸有限公司 物业服务有限公司 科技有限公司 餐饮管理有限公司 装饰工程有限公司".split()
PER_ESTATE = 10_000
PIECE = 20_000
DAY = date(2026, 1, 1)


def fill(app: Flask, count: int) -> None:
    """Customers 1 to `count`, their search index, and the cast."""
    with app.app_context():
        g.actor = system_actor("bench")
        with unit_of_work():
            _store(count, Random(1))
            store_cast({"YG": 1})
            index.rebuild()


def _store(count: int, dice: Random) -> None:
    ids = Ids()
    estates = count // PER_ESTATE + 1
    pour(Estate, [{"id": key, "name": f"小区{key}"} for key in ids.take(Estate, estates)])
    for estate in range(1, estates + 1):
        pour(Building, [_building(estate, number) for number in range(1, PER_ESTATE // 200 + 1)])
    for keys in _pieces(count):
        _people(keys, dice)
    for model in (Building, Unit, Customer, Phone, Occupancy):
        ids.take(model, 0)
    ids.settle()


def _pieces(count: int) -> Iterator[range]:
    return (range(start, min(start + PIECE, count + 1)) for start in range(1, count + 1, PIECE))


def _people(keys: range, dice: Random) -> None:
    places = {key: address(key) for key in keys}
    pour(Unit, [_unit(key, *place) for key, place in places.items()])
    pour(Customer, [_customer(key, places[key][0], _name(dice)) for key in keys])
    told = {"source": Source.imported, "recorded_at": utc_now()}
    pour(Phone, [{"id": key, "customer_id": key, "digits": f"13{dice.randrange(10**9):09d}"} | told for key in keys])
    plates = [{"customer_id": key, "plate": f"甘A{dice.randrange(10**5):05d}"} for key in keys if key % 3 == 0]
    pour(Vehicle, plates)
    whose = {"role": OccupancyRole.owner} | told
    rows = [{"id": key, "estate_id": places[key][0], "unit_id": key, "customer_id": key} | whose for key in keys]
    pour(Occupancy, rows)


def address(key: int) -> tuple[int, int, int, str]:
    """Estate, building, entrance and number of the unit."""
    estate, place = divmod(key, PER_ESTATE)
    building, rest = divmod(place, 200)
    entrance, room = divmod(rest, 100)
    return estate + 1, building + 1, entrance + 1, f"{room // 4 + 1}{room % 4 + 1:02d}"


def _building(estate: int, number: int) -> dict[str, Any]:
    key = (estate - 1) * (PER_ESTATE // 200) + number
    return {"id": key, "estate_id": estate, "number": str(number), "sort_key": sort_key(str(number))}


def _unit(key: int, estate: int, building: int, entrance: int, number: str) -> dict[str, Any]:
    return {
        "id": key,
        "estate_id": estate,
        "building_id": (estate - 1) * (PER_ESTATE // 200) + building,
        "use": UnitUse.home,
        "number": number,
        "label": f"{building}-{entrance}-{number}",
        "sort_key": sort_key(f"{building}-{entrance}-{number}"),
    }


def _customer(key: int, estate: int, name: str) -> dict[str, Any]:
    kind = CustomerKind.company if len(name) > 4 else CustomerKind.person
    return {"id": key, "estate_id": estate, "kind": kind, "name": name, "registered_on": DAY}


def _name(dice: Random) -> str:
    if dice.random() < 0.03:
        return "".join(dice.choices(FIRMS, k=4)) + dice.choice(TRADES)
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2))))
