"""A notice to some 2,000 households: issued, printed into one file by one runner and by two, and mailed.

Beside WeasyPrint one paper after another. `--people 6000` makes a small installation for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import func, select, update
from weasyprint import CSS, HTML

from crm.correspondence.audience.chosen import Audience
from crm.correspondence.notices import jobs, papers, queries
from crm.correspondence.notices.models import NoticeHousehold
from crm.correspondence.notices.service import Draft, draft, issue
from crm.db import session, unit_of_work
from crm.jobs.models import Job
from crm.jobs.printing import PIECE
from crm.properties.models import Building, Estate, Unit
from crm.tenants.models import Customer
from crm.web.places import STATIC
from crm.web.press import OwnFiles
from tests.bench.billing import acting
from tests.bench.figure import Figure, Reading, seconds
from tests.bench.installation import Installation
from tests.bench.runners import ROOT, Pace, file_of, pages_of, runners, wait

PLAIN, HOUSEHOLDS = 40, 2_000
BODY = (
    "尊敬的{name}：\n\n{begins}起，{unit}因{reason}停水，请提前储水，关好家中水龙头，以免来水时造成损失。\n\n"
    "恢复供水后如水质浑浊，请放水数分钟后再使用。给您带来不便，敬请谅解。{estate}客户服务中心 {phone}"
)


def _notices(bench: Installation) -> Iterator[Reading]:
    """Milliseconds of a household; the ratio is of a page's time to the plain one's."""
    ids, took = _issued(bench)
    yield Reading("issued", 1000 * took / len(ids), note=f"{len(ids):,} households in {took:.1f} s")
    plain = _one_by_one(bench, ids[:PLAIN])
    yield Reading("printed one by one, plain", 1000 * plain.took / plain.pages, note=plain.told)
    for count in (1, 2):
        yield _printed(bench, ids, count, plain)
    with runners(bench, 1):
        took = _done(bench, lambda: jobs.ask_mail(ids, ROOT))[1]
    yield Reading("mails written by one runner", 1000 * took / len(ids), note=f"{len(ids) / took:.0f} a second")


def _issued(bench: Installation) -> tuple[list[int], float]:
    with acting(bench), unit_of_work() as db:
        counted = select(Unit.estate_id).group_by(Unit.estate_id).order_by(func.count().desc()).limit(1)
        estate_id = db.scalars(counted).one()
        db.execute(update(Estate).values(phone="0931-8888888"))
        db.execute(update(Customer).where(Customer.email == "").values(email="zhang@example.com"))
        buildings = db.scalars(select(Building.id).where(Building.estate_id == estate_id).order_by(Building.id))
        told: dict[str, Any] = {"subject": "关于二次供水水泵检修停水的通知", "body": BODY}
        facts = {"begins": "11月28日9时", "reason": "二次供水水泵检修"}
        audience = Audience(estate_id=estate_id, buildings=tuple(buildings)[: HOUSEHOLDS // 200 + 1])
        notice = draft(Draft(audience=audience, kind="outage", facts=facts, **told))
        took = seconds(lambda: issue(notice))
        return queries.ids_of(notice.id)[:HOUSEHOLDS], took


def _one_by_one(bench: Installation, ids: list[int]) -> Pace:
    """The same HTML, each paper as WeasyPrint's own documentation prints it."""
    with bench.app.test_request_context(base_url=ROOT), acting(bench), unit_of_work():
        households = queries.households_of(ids)
        written = [_plainly(households[0])]
        before = time.process_time()
        took = seconds(lambda: written.extend(map(_plainly, households)))
        cpu = time.process_time() - before
    return Pace(sum(map(pages_of, written[1:])), took, cpu)


def _plainly(household: NoticeHousehold) -> bytes:
    html = papers.household_paper(household)
    style = CSS(string=(STATIC / papers.STYLE).read_text())
    pdf: bytes = HTML(string=html, base_url="own:", url_fetcher=OwnFiles()).write_pdf(stylesheets=[style])
    return pdf


def _printed(bench: Installation, ids: list[int], count: int, plain: Pace) -> Reading:
    with runners(bench, count) as running:
        _done(bench, lambda: jobs.ask_print(ids[: 2 * count * PIECE], ROOT))  # they load what printing needs
        before = [each.cpu for each in running]
        job_id, took = _done(bench, lambda: jobs.ask_print(ids, ROOT))
        content = file_of(bench, job_id)
        ours = Pace(pages_of(content), took, sum(each.cpu for each in running) - sum(before))
        heights = ", ".join(f"{each.height:.0f}" for each in running)
    told = f"{took:.1f} s, {ours.told}; {len(content) / len(ids) / 1000:.1f} kB a paper; {heights} MB"
    ratio = (took / ours.pages) / (plain.took / plain.pages)
    return Reading(f"printed by {count} runner{'s' * (count > 1)}", 1000 * took / len(ids), ratio, told)


def _done(bench: Installation, ask: Callable[[], Job]) -> tuple[int, float]:
    """The job, and seconds from asking to its end."""
    with acting(bench), unit_of_work():
        job_id = ask().id
        session().flush()
    return job_id, seconds(lambda: wait(bench, job_id))


FIGURES = (Figure(name="cases: notices printed", unit="ms", target=None, measure=_notices, most_ratio=0.25, slow=True),)
