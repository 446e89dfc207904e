"""Complaints, letters, violations and notices at size: lists, pages, intake, figures, the proof.

`--people 6000 --only cases` makes a small installation for it; the demo company does as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.complaints.cases import invariants
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.queries import OPEN
from crm.complaints.categories.models import ComplaintCategory
from crm.correspondence.letters.models import Letter
from crm.correspondence.notices.models import Notice
from crm.dates import business_day, months_later
from crm.properties.models import Unit
from crm.violations.cases.models import Violation
from tests.bench.figure import Figure, Reading, seconds, spread, timings
from tests.bench.installation import USERS, Installation
from tests.bench.poured import fill

CUSTOMER = 1_234


def _pages(bench: Installation, addresses: Sequence[str], role: str = "desk_supervisor") -> Iterator[Reading]:
    client = bench.client(USERS[role])
    for address in addresses:
        yield spread(address, timings([partial(_got, client, address)] * 10))


def _got(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _last(bench: Installation, model: Any, *conditions: Any) -> int:
    with bench.reading() as db:
        return db.scalar(select(func.max(model.id)).where(*conditions)) or 0


def _complaints(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    with bench.reading() as db:
        kind = db.scalar(select(func.max(ComplaintCategory.id)))
    narrowed = f"state=open severity=urgent late=1 category={kind} building=3 state=ended mine=1 period=year".split()
    searched = "q=电梯 q=T26-0123 q=0815 q=王 q=12-1-904 q=孔雀".split()
    asked = ["", "page=20", "page=4000", *narrowed, *searched, "sort=place"]
    yield from _pages(bench, [f"/complaints/?{each}" for each in asked])
    yield from _pages(bench, ["/complaints/callbacks/", "/complaints/callbacks/?due=overdue", "/complaints/actions/"])
    yield from _pages(bench, ["/complaints/compensations/", f"/complaints/{_last(bench, Complaint, OPEN)}"])


def _letters(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    narrowed = "page=20 page=4000 state=open state=to_answer state=ended due=overdue direction=in kind=answer".split()
    searched = "q=发2025-123 q=渗漏 q=王 q=孔雀 handler=孙".split()
    yield from _pages(bench, [f"/letters/?{each}" for each in ["", *narrowed, *searched]])
    yield from _pages(bench, [f"/letters/{_last(bench, Letter)}", "/letters/times"])


def _violations(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    asked = "page=20 state=open due=overdue type=9 building=3 q=装修 q=G26-0123 q=王 q=孔雀".split()
    yield from _pages(bench, [f"/violations/?{each}" for each in ["", *asked]])
    yield from _pages(bench, ["/violations/inspections", "/violations/inspections?until=all"])
    yield from _pages(bench, [f"/violations/{_last(bench, Violation)}"])


def _notices(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    notice = f"/notices/{_last(bench, Notice)}"
    whole = [f"{notice}/households{asked}" for asked in ("", "?page=20", "?stands=unreached", "?q=王")]
    yield from _pages(bench, ["/notices/", notice, *whole, f"{notice}/unreached", "/notices/unreached"])
    yield from _pages(bench, ["/notices/figures", "/notices/board"])


def _tabs(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    tabs = "complaints violations letters notices".split()
    yield from _pages(bench, [f"/tenants/customers/{CUSTOMER}?tab={tab}" for tab in tabs])


def _figures(bench: Installation) -> Iterator[Reading]:
    fill(bench)
    with bench.reading():
        this = business_day().replace(day=1)
    month, year = f"{months_later(this, -1):%Y-%m}", f"{months_later(this, -12):%Y-%m}"
    asked = f"month={month}", f"month={year}&until={month}"
    yield from _pages(bench, [f"/complaints/figures/?{each}" for each in asked])


def _intake(bench: Installation) -> Iterator[Reading]:
    """What is known while a caller talks, and the complaint posted: from the request to the last byte."""
    fill(bench)
    with bench.reading() as db:
        found = select(Unit.id, Unit.label).where(Unit.building_id.is_not(None), Unit.label != "").limit(2_000)
        units = db.execute(found).all()
    client = bench.client(USERS["desk_supervisor"])
    drawn = Random(bench.seed).choices(units, k=bench.asks)
    for name, address, expected in (
        ("known while it is typed", "/complaints/new/known", 200),
        ("posted", "/complaints/new", 302),
    ):
        acts = [partial(_posted, client, address, unit, expected) for unit in drawn]
        yield spread(name, timings(acts))


def _posted(client: FlaskClient, address: str, unit: Any, expected: int) -> None:
    told = {"words": "电梯又停了，等了两个小时", "unit": unit.label, "channel": "phone", "urgent": "y", "attach": "own"}
    told |= {"wants_word": "y", "category_id": "", "about": "", "about_user_id": "", "caller": "住户"}
    answer = client.post(address, query_string={"unit_id": unit.id}, data=told)
    assert answer.status_code == expected, answer.text[:500]


def _proof(bench: Installation) -> Iterator[Reading]:
    """The nightly check of all open cases."""
    fill(bench)
    with bench.reading():
        yield Reading("proved", seconds(invariants.faults))


def _cases(name: str, measure: Any, target: float | None = 150, unit: str = "ms p95") -> Figure:
    return Figure(name=f"cases: {name}", unit=unit, target=target, measure=measure, slow=True)


FIGURES = (
    _cases("complaints", _complaints),
    _cases("letters", _letters),
    _cases("violations", _violations),
    _cases("notices", _notices),
    _cases("customer's tabs", _tabs),
    _cases("figures", _figures, target=None),
    _cases("proof", _proof, target=None, unit="s"),
    _cases("intake", _intake),
)
