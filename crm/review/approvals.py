"""Filing reviews that have ended and wait to be signed off by another than began them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.models import Estate
from crm.review.models import ADDRESS, FilingReview, ReviewState
from crm.review.queries import seen
from crm.steps.approvals import Approvals, waits


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
        .where(FilingReview.state == ReviewState.open, seen())
        .where(FilingReview.opened_by_id.is_distinct_from(actor().user_id))
    )


REVIEWS = Approvals(
    name="filing_review",
    title=_l("Filing review to sign off"),
    permission=Permission.review_sign,
    waiting=_waiting,
    page=ADDRESS.format,
)
