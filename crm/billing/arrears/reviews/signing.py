"""纪要 and 签署: what was said about the month, and the signature after which nothing in the review changes."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.log import record
from crm.billing.arrears.reviews.decisions import as_advised, expect_open
from crm.billing.arrears.reviews.events import MinutesWritten, ReviewSigned
from crm.billing.arrears.reviews.models import REVIEW_WORKFLOW, ArrearsLine, Review
from crm.billing.arrears.reviews.queries import undecided_count
from crm.dates import utc_now
from crm.db import session
from crm.errors import IllegalTransition


def write_minutes(review: Review, minutes: str) -> None:
    expect_open(review)
    review.minutes = minutes.strip()
    record(MinutesWritten(arrears_review_id=review.id, estate_id=review.estate_id, minutes=review.minutes))


def signing_hindrance(review: Review) -> str:
    """Why the acting person cannot sign it, or "". Whoever decided about an account does not sign: two people see it.

    The database refuses it as well, as it refuses to sign while something is undecided.
    """
    if REVIEW_WORKFLOW.hindrance(review, "sign"):
        return _("This review is signed already.")
    own = select(ArrearsLine.id).where(ArrearsLine.review_id == review.id, ArrearsLine.decided_by_id == g.actor.user_id)
    if g.actor.user_id is not None and session().scalar(own.limit(1)) is not None:
        return _("You decided about accounts of this review yourself: somebody else signs it.")
    return ""


def sign(review: Review, *, rest_as_advised: bool) -> None:
    """Freezes the review. Raises `IllegalTransition` while something is undecided that is not left to the advice.

    What the signer leaves to the advice names nobody as who decided it.
    """
    expect_open(review)
    if reason := signing_hindrance(review):
        raise IllegalTransition(reason)
    left = undecided_count(review)
    if left and not rest_as_advised:
        raise IllegalTransition(_("%(count)s accounts are not decided yet. Decide them, or tick the rest.", count=left))
    if left:
        _leave_to_the_advice(review)
    review.signed_by_id, review.signed_by, review.signed_at = g.actor.user_id, g.actor.name, utc_now()
    REVIEW_WORKFLOW.take(review, "sign")
    record(
        ReviewSigned(
            arrears_review_id=review.id,
            estate_id=review.estate_id,
            month=review.month,
            lines=review.accounts,
            overdue=review.overdue,
            as_advised=left,
        )
    )


def _leave_to_the_advice(review: Review) -> None:
    """Also what was to be held until a day that has passed: the review takes note of it as it was advised."""
    nobody = {"decided_by_id": None, "decided_by": "", "decided_at": utc_now()}
    rest = update(ArrearsLine).where(ArrearsLine.review_id == review.id, ArrearsLine.decision.is_(None))
    session().execute(rest.values(as_advised(review) | nobody).execution_options(synchronize_session=False))
