"""The archive at size: the list of dossiers, the ledger of a day, the search by number and by title."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from flask import g
from sqlalchemy import func, select

from crm.archive.dossiers.models import Custody, Dossier, Item, TemplateSection
from crm.archive.dossiers.models.dossier import DossierState, Mode, Stage
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.service.opening import room, template_in_force
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import ArchiveNo
from crm.auth.actor import system_actor
from crm.bulk import look_anew, pour
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.desk import index, queries
from crm.numbering import Number, NumberSeries, NumberState
from tests.bench.figure import Figure, Reading, spread, timings
from tests.bench.installation import USERS, Installation

DOSSIERS = 100_000  # that the figures speak of
YEARS, ITEMS = range(2012, 2027), 3
SIGNS, TRADES = (
    "鑫源德润宏达汇丰天成永盛金桥华信瑞祥兴隆恒泰",
    "商贸 建材 物流 粮油 机电 纺织 食品 电子 药业 印务".split(),
)


def _lists(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    client = bench.client(USERS["archivist"])
    with bench.reading():
        count = session().scalar(select(func.count(Dossier.id))) or 0
    for address in (
        "/archive/dossiers",
        "/archive/dossiers?kind=loan&year=2020",
        "/archive/dossiers?q=鑫源",
        "/archive/dossiers?page=200",
        "/archive/ledger",
        "/archive/ledger?day=2020-06-30",
        "/archive/numbers",
    ):
        yield spread(address, timings([partial(client.get, address)] * 5), note=f"{count:,} dossiers")


def _found(bench: Installation) -> Iterator[Reading]:
    """Which objects, in order, as the archivist looks for them."""
    fill(bench)
    dice = Random(bench.seed)
    company = bench.some(Dossier.title, bench.asks * 20, dice)
    numbers = [text for text in bench.some(Number.text, bench.asks, dice) if "字第" in text]
    titles = [title for title in company if "借款" in title][: bench.asks]
    for kind, texts in (
        ("whole number", numbers),
        ("number half typed", [text[: dice.randint(5, 9)] for text in numbers]),
        ("serial and word", [text[4:] for text in numbers]),
        ("title", titles),
        ("part of a title", [title[:4] for title in titles]),
        ("商贸 (hot)", ["商贸"] * 5),
    ):
        with bench.reading():
            yield spread(kind, timings([partial(queries.find, text) for text in texts]))


def fill(bench: Installation) -> None:
    """Loans beside the customers' dossiers up to the number the figures speak of; once for each installation."""
    with bench.app.app_context():
        g.actor, g.request_id = system_actor("bench"), ""
        with unit_of_work() as db:
            missing = DOSSIERS - (db.scalar(select(func.count(Dossier.id))) or 0)
            if missing > 0:
                _loans(missing, Random(bench.seed))
                index.rebuild()
                look_anew()


def _loans(count: int, dice: Random) -> None:
    template, place, now = template_in_force(DossierKind.loan), room(), utc_now()
    section = session().scalars(select(TemplateSection.id).filter_by(template_id=template.id, position=1)).one()
    first = 1 + (session().scalar(select(func.max(Number.id))) or 0)
    begins = 1 + (session().scalar(select(func.max(Dossier.id))) or 0)
    series = _series()
    rows = []
    for key in range(count):
        year = YEARS[key % len(YEARS)]
        series[year].last += 1
        day = date(year, 1, 1) + timedelta(days=dice.randrange(365))
        rows.append((first + key, begins + key, year, series[year].last, min(day, now.date()), _firm(dice)))
    common = {"reserved_at": now, "reserved_by": "bench", "settled_at": now, "settled_by": "bench", "word": "鸿借"}
    texts = [ArchiveNo(year, "鸿借", serial).text for _id, _dossier, year, serial, *_rest in rows]
    kept = list(zip(rows, texts, strict=True))
    state = {"state": NumberState.committed}
    pour(Number, [state | {"id": r[0], "series_id": series[r[2]].id, "serial": r[3], "text": text} for r, text in kept])
    pour(ArchiveNumber, [common | {"id": r[0], "year": r[2], "title": r[5]} for r in rows])
    pour(Dossier, [_dossier(r, text, template.id, now) for r, text in kept])
    held = {"location_id": place.id, "cause": "opened", "caused_by": "bench"}
    pour(Custody, [held | {"dossier_id": r[1], "starts_at": now - (now.date() - r[4])} for r in rows])
    pour(Item, [_item(r, place_, section, now) for r in rows for place_ in range(1, ITEMS + 1)])


def _series() -> dict[int, NumberSeries]:
    """The demo company's where it has begun one."""
    known = session().scalars(select(NumberSeries).filter_by(name="鸿借"))
    series = {each.year: each for each in known}
    new = [NumberSeries(name="鸿借", year=year, last=0) for year in YEARS if year not in series]
    session().add_all(new)
    session().flush()
    return series | {each.year: each for each in new}


def _firm(dice: Random) -> str:
    return f"{''.join(dice.sample(SIGNS, 2))}{dice.choice(TRADES)}"


def _dossier(row: Any, text: str, template_id: int, now: datetime) -> dict[str, Any]:
    number_id, key, _year, serial, day, firm = row
    kind = {"kind": DossierKind.loan, "mode": Mode.sealed, "state": DossierState.filed, "template_id": template_id}
    subject = {"subject_kind": "bench", "subject_id": key, "title": f"{firm}{serial}号借款"}
    numbered = {"id": key, "number_id": number_id, "code": text, "filed_at": now, "filed_by": "bench"}
    return kind | subject | numbered | {"opened_on": day, "opened_by": "bench"}


def _item(row: Any, place: int, section_id: int, now: datetime) -> dict[str, Any]:
    where = {"dossier_id": row[1], "section_id": section_id, "position": place, "code": f"1-{place:02d}"}
    counted = {"pages": 4, "sheets": 2, "page_from": 4 * place - 3, "page_to": 4 * place}
    added = {"added_by": "bench", "added_at": now - (now.date() - row[4]), "filed_at": now, "filed_by": "bench"}
    return where | counted | added | {"title": "贷款申请书", "stage": Stage.filed}


FIGURES = (
    Figure(name="archive lists", unit="ms p95", target=150, measure=_lists, slow=True),
    Figure(name="archive search", unit="ms p95", target=20, measure=_found, slow=True),
)
