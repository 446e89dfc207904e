"""The review as background work, and what the clock does about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import lazy_gettext as _l

from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.jobs.kinds import Finished, Kind, Plain, Step
from crm.review import queries
from crm.review.figures import OPENED_ON
from crm.review.models import ADDRESS, FilingReview
from crm.review.service import JOB, ask, carry_out, open_review

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
