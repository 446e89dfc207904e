"""A thousand demand letters: made, and printed into one file by two runners, beside WeasyPrint one after another.

`--charged 1000 --months 12`: a customer has a bill a month, a letter a page.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy import func, select, update
from weasyprint import CSS, HTML

from crm.billing.arrears.dunning.models import Demand, DunningStep, StepKind
from crm.billing.arrears.letters import jobs, papers, queries, service
from crm.billing.arrears.reviews.models import ArrearsLine, Decision
from crm.billing.arrears.reviews.service import open_review
from crm.dates import business_day, utc_now
from crm.db import unit_of_work
from crm.jobs.printing import PIECE
from crm.web.places import STATIC
from crm.web.press import OwnFiles
from tests.bench import arrears, billing
from tests.bench.figure import Figure, Reading, seconds
from tests.bench.installation import Installation
from tests.bench.runners import ROOT, Pace, file_of, pages_of, runners, wait

PLAIN, RUNNERS = 40, 2  # letters one after another; processes side by side


def _letters(bench: Installation) -> Iterator[Reading]:
    """Seconds of a thousand letters; the ratio is of a page's time to the plain one's."""
    review_id = _decided(bench)
    took = seconds(lambda: _make(bench, review_id))
    with bench.reading():
        ids = list(queries.live_letters(review_id))
    yield Reading("made", 1000 * took / len(ids), note=f"{len(ids):,} letters in one unit of work")
    plain = _one_by_one(bench, ids[:PLAIN])
    yield Reading("printed one by one, plain", 1000 * plain.took / PLAIN, note=plain.told)
    with runners(bench, RUNNERS) as running:
        _print(bench, ids[: 2 * RUNNERS * PIECE])  # they load what printing needs, as those of a server have
        before = [each.cpu for each in running]
        job_id, took = _print(bench, ids)
        content = file_of(bench, job_id)
        ours = Pace(pages_of(content), took, sum(each.cpu for each in running) - sum(before))
        heights = ", ".join(f"{each.height:.0f}" for each in running)
    told = f"{ours.told}; {len(content) / len(ids) / 1000:.1f} kB a letter; {heights} MB"
    ratio = (took / ours.pages) / (plain.took / plain.pages)
    yield Reading(f"printed by {RUNNERS} runners", 1000 * took / len(ids), ratio, told)


def _decided(bench: Installation) -> int:
    """A review that decides a letter for every account."""
    arrears.fill(bench)
    with billing.acting(bench), unit_of_work() as db:
        review = open_review(arrears.estate(), business_day())
        letters = select(func.min(DunningStep.id)).where(DunningStep.kind == StepKind.letter)
        first = db.scalar(letters.where(DunningStep.estate_id == review.estate_id))
        said = {"decision": Decision.step, "decided_step_id": first, "decided_at": utc_now()}
        db.execute(update(ArrearsLine).where(ArrearsLine.review_id == review.id).values(**said))
        return review.id


def _make(bench: Installation, review_id: int) -> None:
    with billing.acting(bench), unit_of_work():
        service.make(queries.get_review(review_id), "bench")


def _one_by_one(bench: Installation, ids: list[int]) -> Pace:
    """The same HTML, each letter as WeasyPrint's own documentation prints it."""
    with bench.app.test_request_context(base_url=ROOT), billing.acting(bench), unit_of_work():
        letters = queries.to_print(ids)
        written = [_plainly(letters[0])]
        before = time.process_time()
        took = seconds(lambda: written.extend(map(_plainly, letters)))
        cpu = time.process_time() - before
    return Pace(sum(map(pages_of, written[1:])), took, cpu)


def _plainly(demand: Demand) -> bytes:
    [told] = papers.marked([demand])
    html = papers.letter(told)
    style = CSS(string=(STATIC / papers.STYLE).read_text())
    pdf: bytes = HTML(string=html, base_url="own:", url_fetcher=OwnFiles()).write_pdf(stylesheets=[style])
    return pdf


def _print(bench: Installation, ids: list[int]) -> tuple[int, float]:
    """The job, and seconds from asking to the file."""
    with billing.acting(bench), unit_of_work():
        job_id = jobs.ask_print(ids, "bench", ROOT).id
    return job_id, seconds(lambda: wait(bench, job_id))


FIGURES = (Figure(name="demand letters", unit="s", target=None, measure=_letters, most_ratio=0.25, slow=True),)
