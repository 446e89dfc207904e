"""Opening a month's review: once for an estate, however many ask, people or clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.billing.arithmetic import first_of, next_month
from crm.billing.arrears.dunning.models import DunningStep
from crm.billing.arrears.reviews.events import ReviewOpened
from crm.billing.arrears.reviews.figures import OPENED_BY_ITSELF, OPENED_ON
from crm.billing.arrears.reviews.models import ArrearsLine, Review, ReviewState
from crm.billing.arrears.reviews.rates import rates
from crm.billing.arrears.reviews.snapshot import lines_of
from crm.billing.ledger.models import Bill
from crm.billing.ledger.queries import NOUGHT
from crm.dates import business_day, utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.properties.models import Estate


def opening_hindrance(estate: Estate, month: date, today: date) -> str:
    """Why no review of that month can be opened, or "": it says how things stand now, so not of long ago."""
    if first_of(month) not in (first_of(today), next_month(first_of(today), -1)):
        return _("A review is opened for this month or the last: it says how the accounts stand today.")
    later = select(Review.id).where(Review.estate_id == estate.id, Review.month > month)
    if session().scalar(later.limit(1)) is not None:
        return _("A review of a later month is open already: this one would say what came after it.")
    return ""


def open_review(estate: Estate, month: date) -> Review:
    """The review of that month; whoever asks again gets the one that was opened first. Raises `DomainError`."""
    month, today = first_of(month), business_day()
    if found := find_review(estate.id, month):
        return found
    if reason := opening_hindrance(estate, month, today):
        raise DomainError(reason)
    opened = insert(Review).values(
        estate_id=estate.id,
        month=month,
        day=today,
        state=ReviewState.open,
        accounts=0,
        overdue=NOUGHT,
        figures=rates(estate.id, month).plain(),
        minutes="",
        opened_by=actor().name,
        opened_at=utc_now(),
        signed_by="",
        version=1,
    )
    once = opened.on_conflict_do_nothing(index_elements=["estate_id", "month"]).returning(Review.id)
    review_id = session().scalar(once)
    if review_id is None:  # somebody else was faster: wait for what that one commits
        return session().scalars(select(Review).where(Review.estate_id == estate.id, Review.month == month)).one()
    return _filled(session().get_one(Review, review_id))


def _filled(review: Review) -> Review:
    session().execute(lines_of(review, steps_in_use(review.estate_id)))
    sums: Any = select(func.count(), func.coalesce(func.sum(ArrearsLine.overdue), 0))
    review.accounts, review.overdue = session().execute(sums.where(ArrearsLine.review_id == review.id)).one()
    session().flush()
    record(
        ReviewOpened(
            arrears_review_id=review.id,
            estate_id=review.estate_id,
            month=review.month,
            accounts=review.accounts,
            overdue=review.overdue,
        )
    )
    return review


def find_review(estate_id: int, month: date) -> Review | None:
    return session().scalars(select(Review).where(Review.estate_id == estate_id, Review.month == month)).one_or_none()


def steps_in_use(estate_id: int) -> Sequence[DunningStep]:
    found = select(DunningStep).where(DunningStep.estate_id == estate_id, DunningStep.active)
    return session().scalars(found.order_by(DunningStep.position)).all()


def estates_to_review(today: date) -> Sequence[Estate]:
    """Those whose review of this month the clock is to open: the day has come, and they have bills."""
    if not OPENED_BY_ITSELF.on(today) or today.day < OPENED_ON.on(today):
        return []
    done = select(Review.estate_id).where(Review.month == first_of(today))
    charged = select(Bill.id).where(Bill.estate_id == Estate.id).exists()
    found = select(Estate).where(Estate.id.not_in(done), charged).order_by(Estate.id)
    return session().scalars(found).all()
