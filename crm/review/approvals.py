"""Filing reviews that have ended and wait to be signed off."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func

from crm.auth.permissions import Permission
from crm.properties.models import Estate
from crm.review.models import ADDRESS, FilingReview
from crm.review.queries import to_sign
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
        .where(to_sign())
    )


REVIEWS = Approvals(
    name="filing_review",
    title=_l("Filing review to sign off"),
    permission=Permission.review_sign,
    waiting=_waiting,
    page=ADDRESS.format,
)
