"""Arrears reviews in which everything is decided, and that wait for the signature of somebody who decided nothing."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.billing.arrears.reviews.models import ArrearsLine, Review, ReviewState
from crm.properties.models import Estate
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    mine = ArrearsLine.decided_by_id == actor().user_id
    in_the_way = exists().where(ArrearsLine.review_id == Review.id, or_(ArrearsLine.decision.is_(None), mine))
    return (
        waits(
            key=Review.id,
            about=Estate.name,
            amount=Review.overdue,
            asked_by=Review.opened_by,
            asked_at=Review.opened_at,
            estate_id=Review.estate_id,
        )
        .join(Estate, Estate.id == Review.estate_id)
        .where(Review.state == ReviewState.open, ~in_the_way)
    )


REVIEWS = Approvals(
    name="arrears_review",
    title=_l("Arrears review to sign"),
    permission=Permission.arrears_approve,
    waiting=_waiting,
    page=lambda key: url_for("arrears.closing", review_id=key),
)
