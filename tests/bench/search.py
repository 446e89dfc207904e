# ruff: noqa: T201
"""How fast the search is among N people, and whether it misses anything a LIKE would find.

    python -m tests.bench.search [N]          CRM_DATABASE_URL names another engine than SQLite in a new folder

Prints p50 and p95 per kind of query: `find` (which objects, in order) and `search` (with what the list shows).
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date
from typing import Any

from flask import g
from sqlalchemy import func, insert, select

from crm import models
from crm.app import create_app
from crm.auth.actor import system_actor
from crm.dates import utc_now
from crm.db import open_session, session, unit_of_work
from crm.desk import index, queries
from crm.desk.pinyin import readings
from crm.properties.models import Building, Estate, Unit, UnitUse, sort_key
from crm.settings import read_settings
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
ROUNDS = 200


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("CRM_DATABASE_URL", f"sqlite:///{folder}/bench.sqlite")
        os.environ.setdefault("CRM_DATA_DIR", folder)
        app = create_app(read_settings())
        models.Base.metadata.create_all(open_session.kw["bind"])
        with app.app_context():
            g.actor = system_actor("bench")
            with unit_of_work():
                names = _fill(people, random.Random(1))
            started = time.perf_counter()
            with unit_of_work():
                index.rebuild()
            _say_size(people, time.perf_counter() - started)
            _settle()
            with unit_of_work(writes=False):
                _measure(random.Random(2), names)
                _compare(random.Random(3), names)


def _settle() -> None:
    """What autovacuum and the nightly job do in an installation that runs."""
    engine = open_session.kw["bind"]
    session().commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _fill(people: int, dice: random.Random) -> list[str]:
    now, estates = utc_now(), range(1, people // PER_ESTATE + 2)
    names = [_name(dice) for _ in range(people)]
    ids = range(1, people + 1)
    day = date(2026, 1, 1)
    _insert(Estate, [{"id": key, "name": f"小区{key}"} for key in estates])
    places = [(key, 1 + key // PER_ESTATE, *_address(key % PER_ESTATE)) for key in ids]
    buildings = sorted({(estate, building) for _, estate, building, _, _ in places})
    key_of = {each: key for key, each in enumerate(buildings, 1)}
    _insert(
        Building,
        [
            {"id": key, "estate_id": estate, "number": str(number), "sort_key": sort_key(str(number))}
            for (estate, number), key in key_of.items()
        ],
    )
    _insert(
        Unit,
        [
            {"id": key, "estate_id": estate, "building_id": key_of[estate, building], "use": UnitUse.home}
            | {"number": number, "label": f"{building}-{entrance}-{number}", "sort_key": f"{key:09d}"}
            for key, estate, building, entrance, number in places
        ],
    )
    kinds = [CustomerKind.company if len(name) > 4 else CustomerKind.person for name in names]
    _insert(
        Customer,
        [
            {"id": key, "estate_id": place[1], "kind": kind, "name": name, "registered_on": day}
            for key, place, kind, name in zip(ids, places, kinds, names, strict=True)
        ],
    )
    told = {"source": Source.imported, "recorded_at": now}
    _insert(Phone, [{"customer_id": key, "digits": f"13{dice.randrange(10**9):09d}"} | told for key in ids])
    _insert(Vehicle, [{"customer_id": key, "plate": f"甘A{dice.randrange(10**5):05d}"} for key in ids if key % 3 == 0])
    role = {"role": OccupancyRole.owner} | told
    _insert(Occupancy, [{"estate_id": p[1], "unit_id": p[0], "customer_id": p[0]} | role for p in places])
    return names


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 5000):
        session().execute(insert(table.__table__), rows[start : start + 5000])


def _name(dice: random.Random) -> str:
    if dice.random() < 0.03:
        return "".join(dice.choices(FIRMS, k=4)) + dice.choice(TRADES)
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2, 2))))


def _address(place: int) -> tuple[int, int, str]:
    building, rest = divmod(place, 200)
    entrance, room = divmod(rest, 100)
    return building + 1, entrance + 1, f"{room // 4 + 1}{room % 4 + 1:02d}"


def _say_size(people: int, seconds: float) -> None:

    tokens = session().scalar(select(func.count()).select_from(index.TOKENS)) or 0
    print(f"{people:,} people, {tokens:,} tokens, indexed in {seconds:.1f} s ({1000 * seconds / people:.2f} ms each)")


def _kinds(dice: random.Random, names: list[str]) -> dict[str, list[str]]:
    some = [name for name in dice.choices(names, k=ROUNDS) if len(name) <= 4]
    spoken = [dice.choice(sorted(readings(name))) for name in some]
    firms = [name for name in names if len(name) > 4][:ROUNDS]
    return {
        "one character": [name[0] for name in some],
        "two characters": [name[-2:] for name in some],
        "whole name": some,
        "company fragment": [name[1:6] for name in firms],
        "公司 (hot)": ["公司"] * 50,
        "pinyin initials": ["".join(syllable[0] for syllable in each) for each in spoken],
        "full pinyin": ["".join(each) for each in spoken],
        "last 4 of phone": [f"{dice.randrange(10**4):04d}" for _ in range(ROUNDS)],
        "phone beginning": [f"13{dice.randrange(10**5):05d}" for _ in range(ROUNDS)],
        "unit": ["{}-{}-{}".format(*_address(dice.randrange(PER_ESTATE))) for _ in range(ROUNDS)],
        "room": [_address(dice.randrange(PER_ESTATE))[2] for _ in range(ROUNDS)],
        "plate": [f"甘A{dice.randrange(10**4):04d}" for _ in range(ROUNDS)],
        "name and unit": [f"{name[:2]} {_address(dice.randrange(PER_ESTATE))[2]}" for name in some],
    }


def _measure(dice: random.Random, names: list[str]) -> None:
    print(f"{'ms':<20}{'find p50':>10}{'p95':>8}{'search p50':>12}{'p95':>8}")
    for kind, texts in _kinds(dice, names).items():
        queries.find(texts[0])
        found = [_timed(queries.find, text) for text in texts]
        shown = [_timed(queries.search, text) for text in texts]
        figures = [1000 * figure for times in (found, shown) for figure in (statistics.median(times), _p95(times))]
        print("{:<20}{:>10.2f}{:>8.2f}{:>12.2f}{:>8.2f}".format(kind, *figures))


def _timed(act: Any, text: str) -> float:
    started = time.perf_counter()
    act(text)
    return time.perf_counter() - started


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _compare(dice: random.Random, names: list[str]) -> None:
    """500 fragments of 1 to 4 characters, as a LIKE over the names finds them."""

    missed = 0
    for _ in range(500):
        name = dice.choice(names)
        start = dice.randrange(len(name))
        fragment = name[start : start + dice.randint(1, 4)]
        found = {key for kind, key in queries.find(fragment, most=10**7).refs if kind == "customer"}
        told = set(session().scalars(select(Customer.id).where(Customer.name.like(f"%{fragment}%"))))
        missed += len(told - found)
    print(f"500 fragments against LIKE: {missed} missed")


if __name__ == "__main__":
    main()
