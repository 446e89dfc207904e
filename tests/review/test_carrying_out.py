"""Reviews opened, carried out in pieces by whoever is there, ended and signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select, update

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.dossier import DossierState
from crm.auth.actor import system_actor
from crm.auth.models import Supervision, User
from crm.auth.permissions import RoleName
from crm.dates import telling, utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError, IllegalTransition
from crm.jobs.models import Job, JobState
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.review import jobs, service
from crm.review.models import FilingReview, Finding, ReviewedDossier, ReviewState, Why
from crm.review.queries import without_review
from tests.acting import as_
from tests.factories import make_company_dossier, make_department, make_dossier, user_called
from tests.meeting import REFUSED, OwnCompany, both
from tests.review.asking import asking, asks_for

Work = Callable[..., Any]
DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _asked() -> Iterator[None]:
    with asking(asks_for("红")):
        yield


@pytest.fixture(autouse=True)
def _pieces_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PIECE", 2)


Reviewed = Callable[..., FilingReview]


@pytest.fixture
def reviewed(app: Flask, work: Work) -> Reviewed:
    def run(estate_id: int | None, **given: Any) -> FilingReview:
        with work():
            review = service.open_review(estate_id, DAY, **given)
        assert review is not None
        carry_out(app, review.id)
        return review

    return run


def carry_out(app: Flask, review_id: int, unit: Any = service.here) -> None:
    with app.app_context():
        g.actor = system_actor("tests")
        service.carry_out(review_id, unit)


def lines_of(review: FilingReview) -> dict[int, Any]:
    found = select(ReviewedDossier).where(ReviewedDossier.review_id == review.id)
    return {line.dossier_id: line for line in session().scalars(found)}


def test_every_living_dossier_of_the_estate_is_looked_at(
    work: Work, reviewed: Reviewed, estate: Estate, other_estate: Estate
) -> None:
    mine = {make_dossier(estate, title).id for title in ("红", "好", "好")}
    make_dossier(estate, "红", state=DossierState.closed)
    make_dossier(other_estate, "红")
    make_company_dossier("红")
    review = reviewed(estate.id)
    with work():
        review, looked = session().get_one(FilingReview, review.id), lines_of(review)
        assert mine <= set(looked)
        theirs = select(func.count()).where(Dossier.estate_id == estate.id, Dossier.state == DossierState.open)
        assert review.dossiers == len(looked) == session().scalar(theirs)
        assert (review.state, review.new, review.repeated, review.cured) == (ReviewState.open, 1, 0, 0)
        assert all(line.findings is not None and line.why is Why.asked for line in looked.values())


def test_the_loan_archive_is_reviewed_by_itself(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    make_dossier(estate, "红")
    loan = make_company_dossier("红")
    review = reviewed(None)
    with work():
        assert loan.id in lines_of(review)
        assert set(session().scalars(select(Finding.dossier_id))) == {loan.id}


def test_the_next_review_says_what_is_new_repeated_and_cured(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    stays, mended = make_dossier(estate, "红"), make_dossier(estate, "红")
    first = reviewed(estate.id)
    comes = make_dossier(estate, "红")
    with work():
        session().execute(update(Dossier).where(Dossier.id == mended.id).values(title="好"))
    second = reviewed(estate.id)
    with work():
        first, second = (session().get_one(FilingReview, each.id) for each in (first, second))
        assert (first.new, first.repeated, first.cured) == (2, 0, 0)
        assert (second.new, second.repeated, second.cured) == (1, 1, 1)
        assert second.previous_id == first.id
        assert lines_of(second)[comes.id].complete_failed == lines_of(second)[stays.id].findings == 1
        assert lines_of(first)[mended.id].findings == 1  # what an earlier review said stays


def test_the_scores_of_a_review_of_few_are_those_of_the_archive(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    make_dossier(estate, "红")
    make_dossier(estate, "好")
    whole = reviewed(estate.id)
    late = make_dossier(estate, "红", opened_on=date(2020, 1, 1))
    make_dossier(estate, "好", opened_on=DAY)  # nobody looked at it so far
    few = reviewed(estate.id, whole=False)
    with work():
        whole, few = (session().get_one(FilingReview, each.id) for each in (whole, few))
        assert set(lines_of(few)) == {late.id}
        assert (few.complete_asked, few.complete_failed) == (whole.complete_asked + 1, whole.complete_failed + 1)
        assert whole.complete_asked >= 2


def test_a_closed_dossier_is_nobodys_task(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    make_dossier(estate, "好")
    reviewed(estate.id)
    with work():
        session().execute(update(Dossier).where(Dossier.id == dossier.id).values(state=DossierState.closed))
    later = reviewed(estate.id)
    with work():
        assert session().get_one(FilingReview, later.id).cured == 1


def test_what_somebody_had_who_left_goes_to_who_has_the_desk_now(
    work: Work, reviewed: Reviewed, estate: Estate
) -> None:
    dossier = make_dossier(estate, "红")
    with asking(asks_for("红", role=RoleName.repair_worker)):
        reviewed(estate.id)
        with work():
            session().execute(update(User).where(User.username == "zhangjg").values(active=False))
        reviewed(estate.id)
    with work():
        owner = session().scalars(select(Finding.owner_id).where(Finding.dossier_id == dossier.id)).one()
        assert owner == user_called("maqiang").id


def test_what_somebody_mended_and_looked_at_counts_as_cured(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    reviewed(estate.id)
    with work():
        mended = session().get_one(Dossier, dossier.id)
        mended.title = "好"
        session().flush()
        service.look_again(mended)
    later = reviewed(estate.id)
    with work():
        assert session().get_one(FilingReview, later.id).cured == 1


def test_closing_a_dossier_ends_what_was_found_of_it(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    dossier = make_dossier(estate, "红")
    reviewed(estate.id)
    with work():
        closed = session().get_one(Dossier, dossier.id)
        closed.state = DossierState.closed
        session().flush()
        assert service.look_again(closed).cured == 1


@pytest.mark.parametrize("state", [JobState.failed, JobState.cancelled])
def test_a_review_whose_job_was_lost_gets_another(app: Flask, work: Work, estate: Estate, state: JobState) -> None:
    make_dossier(estate, "红")
    with work():
        review = service.open_review(estate.id, DAY)
        assert review is not None
        service.ask(review, "阳光花园")
        lost = session().get_one(Job, review.job_id)
        lost.state, lost.ended_at = state, utc_now()
    with app.app_context():
        g.actor = system_actor("clock")
        with telling(utc_now() + timedelta(minutes=11)):
            jobs.open_due()
    with work():
        assert session().get_one(FilingReview, review.id).job_id not in (None, lost.id)


def test_whoever_signs_and_whoever_has_to_mend_is_told(work: Work, reviewed: Reviewed, estate: Estate) -> None:
    make_dossier(estate, "红")
    review = reviewed(estate.id)
    with work():
        told = session().execute(select(Notification.user_id, Notification.url).order_by(Notification.id)).all()
    keeper = user_called("fengxue").id
    assert [tuple(row) for row in told] == [(keeper, f"/review/{review.id}"), (keeper, "/review/findings?mine=1")]


def test_nothing_to_look_at_is_no_review(work: Work, estate: Estate) -> None:
    with work():
        session().execute(update(Dossier).values(state=DossierState.closed))
        assert service.open_review(estate.id, DAY) is None


def test_two_reviews_of_the_same_dossiers_never_run_at_once(work: Work, estate: Estate, other_estate: Estate) -> None:
    make_dossier(estate, "好")
    make_dossier(other_estate, "好")
    make_company_dossier("好")
    with work():
        for scope in (estate.id, other_estate.id, None):
            service.open_review(scope, DAY)
        for scope in (estate.id, other_estate.id, None):
            with pytest.raises(DomainError):
                service.open_review(scope, DAY)


def test_signing(app: Flask, work: Work, estate: Estate) -> None:
    make_dossier(estate, "好")
    with work(as_("fengxue")):
        review = service.open_review(estate.id, DAY)
        assert review is not None
        with pytest.raises(IllegalTransition):
            service.sign(review, "")
    carry_out(app, review.id)
    with work(as_("fengxue")):
        review = session().get_one(FilingReview, review.id)
        service.sign(review, "已逐条核对")
        assert (review.state, review.signed_by, review.remark) == (ReviewState.signed, "冯雪", "已逐条核对")
        with pytest.raises(IllegalTransition):
            service.sign(review, "再签")


# By the clock


@pytest.mark.parametrize("ended", [True, False])
def test_a_review_nobody_signs_is_told_to_its_signer_and_then_above_once_each(
    app: Flask, work: Work, estate: Estate, *, ended: bool
) -> None:
    make_dossier(estate, "好")
    archivist, deputy = user_called("fengxue").id, user_called("shentao").id
    begun = datetime(2026, 11, 2, 1, tzinfo=UTC)  # a Monday
    with telling(begun), work(as_("fengxue")):
        department = make_department().id
        session().execute(update(User).where(User.id == archivist).values(department_id=department))
        session().add(Supervision(user_id=deputy, department_id=department))
        review = service.open_review(estate.id, DAY)
        assert review is not None
    if ended:
        carry_out(app, review.id)
    told = {11: [], 12: [archivist], 13: [], 20: [], 21: [deputy], 30: []}
    rung: list[int] = []
    with app.app_context():
        g.actor = system_actor("clock")
        for day, users in told.items():
            with telling(begun + timedelta(days=day - 2)):
                assert jobs.remind() == len(users)
            rung += users
            with unit_of_work(writes=False):
                alarms = select(Notification.user_id).where(Notification.icon == "alert-triangle")
                assert session().scalars(alarms.order_by(Notification.id)).all() == rung


def test_the_clock_opens_each_months_review_once(app: Flask, work: Work, estate: Estate) -> None:
    old = make_dossier(estate, "红", opened_on=date(2026, 1, 5))
    with work():
        session().execute(update(Dossier).where(Dossier.id != old.id).values(state=DossierState.closed))
    with app.app_context(), telling(datetime(2026, 11, 24, 1, tzinfo=UTC)):
        g.actor = system_actor("clock")
        assert (jobs.open_due(), jobs.open_due()) == (1, 0)
    with work():
        [review] = session().scalars(select(FilingReview))
        assert (review.estate_id, review.scheduled, review.whole, review.dossiers) == (estate.id, True, False, 1)
        assert session().get_one(Job, review.job_id).kind == "review.run"
        assert estate.id not in without_review(review.month)


class Killed(Exception):
    """As SIGKILL: what was committed stands, nothing else."""


def test_what_a_killed_process_left_is_gone_on_with(own_company: OwnCompany) -> None:
    pieces = 0

    @contextmanager
    def dies(_done: int) -> Iterator[None]:
        nonlocal pieces
        pieces += 1
        with unit_of_work():
            yield
            if pieces == 2:
                raise Killed

    dossiers = [make_dossier(own_company.estate, "红").id for _ in range(5)]
    with own_company.work():
        review = service.open_review(own_company.estate.id, DAY)
        assert review is not None
    with pytest.raises(Killed):
        carry_out(own_company.app, review.id, dies)
    with own_company.work():
        half = session().get_one(FilingReview, review.id)
        assert (half.state, half.reached) == (ReviewState.running, dossiers[1])
        assert session().scalar(select(func.count()).select_from(Finding)) == 2
    with own_company.app.app_context():
        g.actor = system_actor("tests")
        assert jobs.open_due() == 0  # it may be under way still
        with telling(utc_now() + timedelta(minutes=11)):
            assert (jobs.open_due(), jobs.open_due()) == (1, 0)
    carry_out(own_company.app, review.id)
    with own_company.work():
        whole = session().get_one(FilingReview, review.id)
        assert (whole.state, whole.new) == (ReviewState.open, 5)
        assert session().scalars(select(Finding.dossier_id).order_by(Finding.id)).all() == dossiers


def test_who_opens_at_once_opens_one(own_company: OwnCompany) -> None:
    def opens() -> None:
        service.open_review(own_company.estate.id, DAY)

    make_dossier(own_company.estate, "好")
    assert both(own_company.work, opens, opens).count(REFUSED) == 1
