"""Opening, carrying out and signing a filing review; looking at one dossier again; handing findings out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, literal, select

from crm.archive.dossiers.models import Dossier
from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work
from crm.errors import DomainError
from crm.jobs import service as jobs
from crm.review.comparing import counted
from crm.review.due import every, is_living, of_scope, over
from crm.review.events import (
    FilingReviewEnded,
    FilingReviewOpened,
    FilingReviewSigned,
    FindingHandedOut,
    FindingNoted,
    LookedAgain,
)
from crm.review.looking import Seen, hand_on, let_go, look
from crm.review.models import WORKFLOW, FilingReview, Finding, ReviewedDossier, ReviewState
from crm.review.standing import sums_now
from crm.review.telling import tell_of_end

JOB = "review.run"
PIECE = 5_000  # dossiers of one unit of work: for so long, about half a second, SQLite's other writers wait
Unit = Callable[[int], AbstractContextManager[Any]]  # of so many dossiers


def open_review(
    estate_id: int | None, day: date, *, scheduled: bool = False, whole: bool = True
) -> FilingReview | None:
    """None where nothing has its turn, or where the clock has opened this month's already.

    Raises `DomainError` while another one of these dossiers is running.
    """
    chosen = (every(estate_id, day) if whole else over(estate_id, day)).subquery()
    if session().scalar(select(chosen.c[0]).limit(1)) is None:
        return None
    review_id = _stored(estate_id, day, scheduled=scheduled, whole=whole)
    if review_id is None:
        if scheduled:
            return None
        raise DomainError(_("A review of these dossiers is running just now. Wait until it has ended."))
    columns = ["review_id", "dossier_id", "why"]
    session().execute(insert(ReviewedDossier).from_select(columns, select(literal(review_id), *chosen.c)))
    review = session().get_one(FilingReview, review_id)
    review.dossiers = session().scalar(select(func.count()).where(ReviewedDossier.review_id == review_id)) or 0
    record(
        FilingReviewOpened(
            filing_review_id=review.id,
            estate_id=estate_id,
            month=review.month.strftime("%Y-%m"),
            scheduled=scheduled,
            whole=whole,
            dossiers=review.dossiers,
        )
    )
    return review


def _stored(estate_id: int | None, day: date, *, scheduled: bool, whole: bool) -> int | None:
    facts = {
        "estate_id": estate_id,
        "month": day.replace(day=1),
        "day": day,
        "scheduled": scheduled,
        "whole": whole,
        "state": ReviewState.running,
        "previous_id": _last_ended(estate_id),
        "opened_by_id": actor().user_id,
        "opened_by": actor().name,
        "opened_at": utc_now(),
    }
    counts = dict.fromkeys(("reached", "dossiers", "new", "repeated", "cured", "reminded"), 0)
    opened = insert(FilingReview).values(**facts, **counts, signed_by="", remark="", version=1)
    return session().scalar(opened.on_conflict_do_nothing().returning(FilingReview.id))


def _last_ended(estate_id: int | None) -> int | None:
    ends = select(func.max(FilingReview.id)).where(FilingReview.ended_at.is_not(None))
    return session().scalar(ends.where(FilingReview.estate_id.is_not_distinct_from(estate_id)))


def ask(review: FilingReview, title: str) -> None:
    """Have it carried out in the background."""
    key = f"{JOB}:{review.id}:{review.job_id or 0}"  # another one after each that was lost
    job = jobs.enqueue(JOB, title, {"review_id": review.id}, key=key, estate_id=review.estate_id)
    review.job_id = job.id


# Carrying it out


def carry_out(review_id: int, unit: Unit) -> FilingReview:
    """In pieces, each a unit of work: done again after a killed process, it goes on where that one came to."""
    while ids := _coming(review_id):
        with unit(len(ids)):
            _look_at(session().get_one(FilingReview, review_id, with_for_update=True), ids)
    with unit(0):
        review = session().get_one(FilingReview, review_id, with_for_update=True)
        if review.state is ReviewState.running:
            _end(review)
        return review


def carry_out_at_once(review: FilingReview) -> None:
    """In the unit of work that is open, whatever the number of dossiers: for a past that is told."""
    while ids := _next_of(review):
        _look_at(review, ids)
    _end(review)


def here(_done: int) -> AbstractContextManager[Any]:
    """A unit of work where no background job counts."""
    return unit_of_work()


def _coming(review_id: int) -> Sequence[int]:
    with unit_of_work(writes=False):
        return _next_of(session().get_one(FilingReview, review_id))


def _next_of(review: FilingReview) -> Sequence[int]:
    """The dossiers of the piece that has its turn."""
    coming = _lines(review.id).where(ReviewedDossier.dossier_id > review.reached)
    return session().scalars(coming.order_by(ReviewedDossier.dossier_id).limit(PIECE)).all()


def _lines(review_id: int) -> Select[int]:
    return select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id == review_id)


def _look_at(review: FilingReview, ids: Sequence[int]) -> None:
    """Nothing where another process was quicker."""
    if review.reached < ids[0]:
        look(_lines(review.id).where(ReviewedDossier.dossier_id.between(ids[0], ids[-1])), review.day, review.id)
        review.reached = ids[-1]


def _end(review: FilingReview) -> None:
    """What was found of dossiers that live no more is nobody's task."""
    scope = of_scope(review.estate_id)
    let_go(scope, review.id)
    hand_on(scope)
    WORKFLOW.take(review, "end")
    review.ended_at = utc_now()
    session().flush()
    review.new, review.repeated, review.cured = counted(review)
    for figure, count in sums_now(review.estate_id).items():
        setattr(review, figure, count)
    told = {"found": review.new, "repeated": review.repeated, "cured": review.cured}
    record(FilingReviewEnded(filing_review_id=review.id, estate_id=review.estate_id, **told))
    tell_of_end(review)


def sign(review: FilingReview, remark: str) -> None:
    """Whoever signs answers for what was done about it; a signed review takes no change."""
    hold(review)
    WORKFLOW.take(review, "sign")
    review.signed_by_id, review.signed_by, review.signed_at = actor().user_id, actor().name, utc_now()
    review.remark = remark
    record(FilingReviewSigned(filing_review_id=review.id, estate_id=review.estate_id, remark=remark))


def hold(review: FilingReview) -> None:
    """Until the commit, as it stands now: none is signed while a sample of it is being drawn."""
    session().refresh(review, ["state", "version"], with_for_update=True)


# Findings


def look_again(dossier: Dossier) -> Seen:
    """At one dossier, as soon as something of it is mended; closing it may have been what mends it."""
    _wait_for_others(dossier)
    its = Dossier.id == dossier.id
    lives = is_living(dossier)
    seen = look(select(Dossier.id).where(its), business_day()) if lives else Seen(new=0, cured=let_go(its))
    counted = {"found": seen.new, "cured": seen.cured}
    record(LookedAgain(dossier_id=dossier.id, estate_id=dossier.estate_id, **counted))
    return seen


def _wait_for_others(dossier: Dossier) -> None:
    """Two looks at one dossier come one after the other, whether by hand or by a review."""
    scope = FilingReview.estate_id.is_not_distinct_from(dossier.estate_id)
    under_way = select(FilingReview.id).where(scope, FilingReview.state == ReviewState.running)
    session().execute(under_way.with_for_update())
    session().execute(select(Dossier.id).where(Dossier.id == dossier.id).with_for_update())


def hand_out(finding: Finding, owner_id: int | None, due_on: date) -> None:
    """Raises `DomainError` where it is cured already."""
    _expect_open(finding)
    changes: dict[str, list[Any]] = {}
    if owner_id != finding.owner_id:
        changes["mender"] = [_name(finding.owner_id), _name(owner_id)]
    if due_on != finding.due_on:
        changes["due_on"] = [finding.due_on, due_on]
    if not changes:
        return
    finding.owner_id, finding.due_on = owner_id, due_on
    record(FindingHandedOut(**_about(finding), changes=changes))


def _name(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""


def note(finding: Finding, text: str) -> None:
    """What was done so far; what was said before stays in the log. Raises `DomainError` where it is cured already."""
    _expect_open(finding)
    finding.note = text
    record(FindingNoted(**_about(finding), note=text))


def _about(finding: Finding) -> dict[str, Any]:
    return {"finding_id": finding.id, "dossier_id": finding.dossier_id, "estate_id": finding.estate_id}


def cured(finding: Finding) -> str:
    """Why it takes no change, or ""."""
    return _("This finding is cured: the last look did not find it any more.") if finding.cured_at else ""


def _expect_open(finding: Finding) -> None:
    if reason := cured(finding):
        raise DomainError(reason)
