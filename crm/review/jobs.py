"""The review as background work, and what the clock does about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from crm.dates import business_day, business_day_of, utc_now
from crm.db import session, unit_of_work
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.review import queries
from crm.review.figures import OPENED_ON, signed_by
from crm.review.models import ADDRESS, FilingReview
from crm.review.service import JOB, ask, carry_out, open_review
from crm.review.telling import tell_of_delay

LEFT_AFTER = timedelta(minutes=10)


def open_due() -> int:
    """Open this month's review of each estate and of the loan archive once its day has come; how many."""
    day = business_day()
    with unit_of_work(writes=False):
        its_day = day.day >= OPENED_ON.on(day)
        scopes = queries.without_review(day.replace(day=1)) if its_day else []
    asked = _go_on()
    failures: list[Exception] = []
    for scope in scopes:
        try:
            asked += _open(scope)
        except Exception as failure:  # one estate keeps no other from its review
            failures.append(failure)
    if failures:
        raise failures[0]
    return asked


def _open(estate_id: int | None) -> bool:
    with unit_of_work():
        review = open_review(estate_id, business_day(), scheduled=True, whole=False)
        if review is not None:
            ask(review, queries.title_of(review))
        return review is not None


def _go_on() -> int:
    """What a killed command, or a job that failed or was cancelled, left behind is asked for anew."""
    with unit_of_work():
        left = queries.left_running(utc_now() - LEFT_AFTER)
        for review in left:
            ask(review, queries.title_of(review))
        return len(left)


def remind() -> int:
    """Of reviews left running or unsigned: whoever signs them is told, and when as many days have passed again, whoever
    is above. How often; several clocks at once never tell of one twice."""
    with unit_of_work():
        day = business_day()
        return sum(_remind(review, level) for review in queries.unsigned() for level in _late(review, day))


def _late(review: FilingReview, day: date) -> list[int]:
    due = signed_by(business_day_of(review.opened_at))
    return [level for level, last in ((1, due), (2, signed_by(due))) if last < day]


def _remind(review: FilingReview, level: int) -> bool:
    claim = update(FilingReview).where(FilingReview.id == review.id, FilingReview.reminded < level)
    claimed = claim.values(reminded=level).returning(FilingReview.id)
    if session().scalar(claimed.execution_options(synchronize_session=False)) is None:
        return False
    tell_of_delay(review, above=level == 2)
    return True


def _work(step: Step) -> Plain:
    review_id = step.job_payload["review_id"]
    with step.unit():
        step.expect(session().get_one(FilingReview, review_id).dossiers)
    review = carry_out(review_id, lambda done: step.unit(done=done))
    return {"dossiers": review.dossiers, "new": review.new, "repeated": review.repeated, "cured": review.cured}


def _finish(payload: Plain, results: Iterator[Plain]) -> Finished:
    [counted] = results
    return Finished(result=counted, url=ADDRESS.format(payload["review_id"]))


RUN = Kind(
    name=JOB,
    title=_l("Filing review"),
    work=_work,
    finish=_finish,
    facts={
        "dossiers": _l("Dossiers"),
        "new": _l("New findings"),
        "repeated": _l("Repeated findings"),
        "cured": _l("Cured findings"),
    },
    repeatable=True,
)
