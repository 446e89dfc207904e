"""Filing reviews that have ended and wait to be signed off by another than began them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, func, or_, true

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.models import Estate
from crm.review.models import FilingReview, ReviewState
from crm.steps.approvals import Approvals, waits

PAGE = "/review/{}"


def _seen() -> ColumnElement[bool]:
    """The loan archive's reviews are for who oversees it."""
    return or_(FilingReview.estate_id.is_not(None), true() if actor().may(Permission.credit_oversee) else false())


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=FilingReview.id,
            about=func.coalesce(Estate.name, ""),
            asked_by=FilingReview.opened_by,
            asked_at=FilingReview.ended_at,
            estate_id=FilingReview.estate_id,
        )
        .outerjoin(Estate, Estate.id == FilingReview.estate_id)
        .where(FilingReview.state == ReviewState.open, _seen())
        .where(FilingReview.opened_by_id.is_distinct_from(actor().user_id))
    )


REVIEWS = Approvals(
    name="filing_review",
    title=_l("Filing review to sign off"),
    permission=Permission.review_sign,
    waiting=_waiting,
    page=PAGE.format,
)
