"""The report of a review: its figures agree with the review's, the paper is proven, a signed one stays as it was."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from flask import g
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import select, update

from crm.archive.dossiers import proof
from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import IssuedPrint
from crm.auth.permissions import RoleName
from crm.dates import business_day, utc_now
from crm.errors import DomainError
from crm.review import service
from crm.review.models import FilingReview, Finding, ReviewState
from crm.review.queries import get_review
from crm.review.reporting import papers
from crm.review.reporting.reports import PAPER, content, report
from crm.review.reporting.rows import restored
from crm.review.sampling.checks import PAPER_DIFFERS
from crm.web.charts import scores
from tests import factories as make
from tests.acting import as_
from tests.review.reviewing import make_lacking
from tests.review.sampling.making import kept, make_count, make_papers, make_reviewed, make_sampling
from tests.unpressed import html_of, unpressed

DAY = timedelta(days=1)


@pytest.fixture
def dossiers(estate):
    return make_papers(estate, 2)


def make_finding(dossier, **given):
    facts = {"kind": "document_missing", "measure": Measure.complete, "key": "lease", "detail": "租赁合同"}
    due = {"role": RoleName.service_desk, "due_on": date(2099, 1, 1), "found_at": utc_now() - DAY}
    return kept(Finding(dossier_id=dossier.id, estate_id=dossier.estate_id, **(facts | due | given)))


@pytest.fixture
def carried_out(app, work, estate):
    """A review of everything, by the product itself; something is to be found."""
    make_lacking(estate, 2)

    def run():
        with work(as_("fengxue")):
            review_id = service.open_review(estate.id, business_day()).id
        with app.app_context():
            g.actor = as_("fengxue")
            service.carry_out(review_id, service.here)
        return review_id

    return run


def told(review_id):
    return report(get_review(review_id))


def test_the_kinds_add_up_to_what_the_review_counted(carried_out, work, db, estate, dossiers):
    """Found new, found again, cured by it, and by somebody's own look since the review before."""
    first, ended = make_reviewed(estate, dossiers), datetime(2026, 11, 24, 1, tzinfo=UTC)
    make_finding(dossiers[0], key="gone", found_review_id=first.id, found_at=ended)
    make_finding(dossiers[1], key="earlier", found_at=ended, cured_at=ended + timedelta(minutes=1))
    second = carried_out()
    third = carried_out()
    with work(as_("fengxue")) as session:
        for review_id, cured in ((second, 2), (third, 0)):
            review, found = session.get_one(FilingReview, review_id), told(review_id)
            sums = [sum(getattr(row, name) for row in found.kinds) for name in ("new", "repeated", "cured")]
            assert sums == [review.new, review.repeated, review.cured]
            assert found.cured == cured
            assert sum(row.open for row in found.kinds) == sum(row.open for row in found.places)
        assert (told(third).new, told(third).repeated) == (0, told(second).new)
        assert told(second).new > 0


def test_a_finding_cured_later_is_counted_no_more_as_open_and_stays_new(carried_out, work, db, estate, dossiers):
    review_id = carried_out()
    with work(as_("fengxue")) as session:
        before = told(review_id)
        one = session.scalars(select(Finding).filter_by(found_review_id=review_id).limit(1)).one()
        one.cured_at = utc_now()
        session.flush()
        after = told(review_id)
        assert sum(row.open for row in after.kinds) == sum(row.open for row in before.kinds) - 1
        assert [row.new for row in after.kinds] == [row.new for row in before.kinds]


def test_trend_worst_late_and_buildings(work, db, estate, dossiers):
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    home = make.make_dossier(estate, subject_id=customer.id)
    make_reviewed(estate, [home])
    li = make.user_called("limin")
    review = make_reviewed(estate, [home, *dossiers])
    make_finding(home, key="a", owner_id=li.id, due_on=date(2026, 1, 5))
    make_finding(home, key="b", owner_id=li.id, due_on=date(2026, 1, 2))
    make_finding(dossiers[0], key="c", owner_id=None, due_on=date(2026, 1, 3))
    with work(as_("fengxue")):
        found = told(review.id)
        assert [(row.title, row.findings, row.oldest) for row in found.late] == [
            ("李敏", 2, "2026-01-02"),
            ("", 1, "2026-01-03"),
        ]
        buildings = {row.title: (row.dossiers, row.clean, row.open) for row in found.places}
        assert buildings == {unit.label.split("-", maxsplit=1)[0]: (1, 0, 2), "": (2, 1, 1)}
        assert [row.complete for row in found.trend] == ["100.0", "100.0"]
        assert found.before is not None
        assert found.worst == []  # as they were looked at, none had a finding


def test_the_loan_archive_goes_by_project_manager(work, db):
    project = make.make_project()
    dossier = make.make_company_dossier(subject_id=project.id)
    db.execute(update(type(project)).where(type(project).id == project.id).values(dossier_id=dossier.id))
    db.commit()
    review = make_reviewed(None, [dossier])
    with work(as_("fengxue")):
        found = told(review.id)
        assert (found.by_owner, found.estate, [row.title for row in found.places]) == (True, "", ["王磊"])


def test_the_sample_is_told_with_what_differs_and_what_was_put_right(work, estate, dossiers):
    review = make_reviewed(estate, dossiers)
    sampling = make_sampling(review, dossiers)
    make_count(sampling, dossiers[0], pages=6, agrees=False)
    make_count(sampling, dossiers[1], there=False, agrees=False, documents=0, pages=0, sheets=0)
    again = make_sampling(review, dossiers[:1], recount_of_id=sampling.id)
    make_count(again, dossiers[0])
    with work(as_("fengxue")):
        found = told(review.id)
        assert (found.sample.drawn, found.sample.counted, found.sample.differ, found.sample.absent) == (2, 2, 2, 1)
        assert [(row.found, row.books, row.settled) for row in found.differing] == [
            ("3 / 6 / 5", "3 / 7 / 5", True),
            ("", "3 / 7 / 5", False),
        ]


def test_what_is_kept_of_a_report_is_the_report(carried_out, work, estate, dossiers):
    review_id = carried_out()
    with work(as_("fengxue")):
        found = told(review_id)
        assert restored(json.loads(json.dumps(found.plain))) == found


def test_a_signed_one_says_ever_after_what_it_said_then(carried_out, work, db, sign_in, estate, dossiers):
    """Findings handed out, cured and found since change nothing of it; it says that there are some."""
    review_id = carried_out()
    with work(as_("fengxue")):
        service.sign(get_review(review_id), "请各楼管员按期整改")
        signed = content(review_id)
    db.execute(update(Finding).values(cured_at=utc_now(), due_on=date(2020, 1, 1)))
    db.execute(update(make.Dossier).values(title="改名"))
    db.commit()
    make_finding(dossiers[0], key="after")
    with work(as_("fengxue")) as session:
        assert content(review_id) == signed
        assert signed["remark"] == "请各楼管员按期整改"
        [printed] = session.scalars(select(IssuedPrint).filter_by(kind=PAPER, subject_id=review_id)).all()
    with unpressed():
        paper = sign_in("archivist").post(f"/review/{review_id}/report.pdf")
    text = html_of(PdfReader(BytesIO(paper.data)).pages[0])
    assert printed.hash[:12] in text
    assert "改名" not in text
    with work(as_("fengxue")) as session:
        assert session.scalars(select(IssuedPrint.version).filter_by(kind=PAPER)).all() == [1]
        assert proof.verdicts(printed.hash[:12])[0].state == "current"


def test_an_open_one_is_superseded_when_something_changes(carried_out, work, db, sign_in, estate, dossiers):
    review_id = carried_out()
    with unpressed():
        assert sign_in("archivist").post(f"/review/{review_id}/report.pdf").status_code == 200
    db.execute(update(Finding).values(cured_at=utc_now()))
    db.commit()
    with work(as_("fengxue")) as session:
        [printed] = session.scalars(select(IssuedPrint).filter_by(kind=PAPER)).all()
        assert proof.verdicts(printed.hash[:12])[0].state == "superseded"


def test_the_paper_has_its_form_number_pages_and_signatures(work, sign_in, estate, dossiers):
    review = make_reviewed(estate, dossiers)
    make_finding(dossiers[0], kind=PAPER_DIFFERS, key="", found_review_id=review.id)
    make_finding(dossiers[1], kind="no_longer_asked", key="", found_review_id=review.id)
    paper = sign_in("archivist").post(f"/review/{review.id}/report.pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.data)).pages)
    for part in ("YH-ZL-01", f"ZL202611-{review.id:04d}", "和安物业服务有限公司", "阳光花园", "no_longer_asked"):
        assert part in text


def test_a_running_one_has_no_report(work, sign_in, estate, dossiers):
    review = make_reviewed(estate, dossiers, state=ReviewState.running, ended_at=None)
    assert sign_in("archivist").post(f"/review/{review.id}/report.pdf").status_code == 409
    with work(as_("fengxue")), force_locale("en"):
        assert content(review.id) is None
        with pytest.raises(DomainError, match="running still"):
            told(review.id)


def test_statements_do_not_grow_with_the_dossiers(work, queries, estate, dossiers):
    small = make_reviewed(estate, dossiers[:1])
    large = make_reviewed(estate, make_papers(estate, 4))
    with work(as_("fengxue")):
        told(small.id)
        with queries() as few:
            told(small.id)
        with queries() as many:
            told(large.id)
    assert len(few) == len(many)


def test_scores_are_drawn_within_its_picture_higher_for_more():
    drawn = scores(["2026-09-01", "2026-10-01", "2026-11-01"], {"a": [62.5, None, 100.0], "b": [90.0, 95.0, None]})
    for line in drawn.lines:
        places = [(x, y) for _moment, _value, x, y in line.spots]
        assert all(0 <= x <= drawn.frame.width and 0 <= y <= drawn.frame.floor for x, y in places)
        assert all(after[1] < before[1] for before, after in pairwise(places))
    assert [len(line.spots) for line in drawn.lines] == [2, 2]
    assert drawn.rules[0][0] == 60
    assert papers.FIELDS["late"]
