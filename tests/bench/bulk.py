"""Work in bulk: the demo company, the import and the export of 50,000 rows, the proof of the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sqlalchemy import func, select

from crm.audit.models import LogEntry
from crm.audit.queries import verify
from crm.db import session
from crm.demo.people import id_number, mobile
from crm.tenants.models import Customer
from tests.bench.figure import Figure, Reading, seconds
from tests.bench.installation import USERS, Installation
from tests.imports.workbooks import rooms

ROWS = 50_000  # that the figures speak of
WORKBOOK = "一品天下.xlsx"
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰"


def _demo(bench: Installation) -> Iterator[Reading]:
    yield Reading("demo company", bench.built, note=f"{bench.size}; {bench.peak:.0f} MB")


def _import(bench: Installation) -> Iterator[Reading]:
    """Checked and stored, in a process of its own, into an estate that is not there yet."""
    path = bench.folder / WORKBOOK
    path.write_bytes(rooms(*_rows(bench.rows, Random(bench.seed))))
    took, peak = bench.crm("import", str(path))
    yield Reading(
        "checked and stored", took, note=f"{bench.rows:,} rows; {peak:.0f} MB; {bench.rows / took:,.0f} a second"
    )


def _rows(count: int, dice: Random) -> Iterator[list[object]]:
    """Unlike one another as real rows are: a household each, three in four with a telephone and an ID number."""
    born = date(1985, 1, 1)
    for key in range(count):
        building, rest = divmod(key, 200)
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        year = (born + timedelta(days=dice.randrange(-9000, 6000))).year
        sex = dice.choice("男女")
        paper = id_number(key + 100, "male" if sex == "男" else "female", year) if dice.random() < 0.75 else ""
        phone = mobile(key + 100) if dice.random() < 0.75 else ""
        place = [str(building + 1), str(rest // 100 + 1), f"{rest % 100 // 4 + 1}{rest % 4 + 1:02d}"]
        yield [*place, 60 + key % 90, "已入住", name, sex, phone, paper, "业主"]


def _export(bench: Installation) -> Iterator[Reading]:
    """The list of customers as a workbook, in the background as long ones are; told for 50,000 rows."""
    with bench.reading():
        count = session().scalar(select(func.count(Customer.id))) or 1
    bench.client(USERS["desk_supervisor"]).get("/tenants/customers?as=xlsx")
    took, peak = bench.crm("jobs", "run", "--until-empty")
    yield Reading("customers", took * ROWS / count, note=f"{count:,} rows in {took:.1f} s; {peak:.0f} MB")


def _verified(bench: Installation) -> Iterator[Reading]:
    with bench.reading() as db:
        count = db.scalar(select(func.count(LogEntry.id))) or 1
        took = seconds(lambda: verify(db))
    yield Reading("per million entries", took * 1_000_000 / count, note=f"{count:,} entries in {took:.1f} s")


FIGURES = (
    Figure(name="demo company", unit="s", target=300, measure=_demo),
    Figure(name="import", unit="s", target=60, measure=_import),
    Figure(name="export", unit="s", target=10, measure=_export),
    Figure(name="audit verify", unit="s", target=None, measure=_verified),
)
