"""What the pages of the review share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.arrears.reviews.models import ArrearsLine, Review, ReviewState
from crm.errors import DomainError
from crm.lists.asking import Asked, entered

blueprint = Blueprint("arrears", __name__, url_prefix="/arrears/reviews")
READ, REVIEW, APPROVE = Permission.arrears_read, Permission.arrears_review, Permission.arrears_approve


def address(review_id: int) -> str:
    return url_for("arrears.show", review_id=review_id)


def told(review: Review) -> str:
    return _("%(estate)s, review of %(month)s", estate=review.estate.name, month=f"{review.month:%Y-%m}")


def back_to(review: Review, line: ArrearsLine | None = None) -> str:
    """Where somebody came from in this review's work list, with its filters and the row; else the row's own place."""
    came_from, page = request.values.get("back", ""), address(review.id)
    if is_own(review, came_from):
        return came_from
    return f"{page}#line-{line.id}" if line else page


def expect_own(review: Review, place: str) -> str:
    """`place`. Raises `DomainError` where it is not in this review's work list."""
    if not is_own(review, place):
        raise DomainError(_("Go back to the work list and choose again."))
    return place


def is_own(review: Review, place: str) -> bool:
    """Whether it is a place in this review's work list."""
    page = address(review.id)
    return place.isprintable() and (place == page or place.startswith((f"{page}?", f"{page}#")))


def may_decide(review: Review) -> bool:
    return g.actor.may(REVIEW) and review.state is ReviewState.open


def of_rows(review: Review) -> dict[str, Any]:
    """What may be done to a row of the work list."""
    may_note = g.actor.may(Permission.arrears_contact)
    return {"may_decide": may_decide(review), "contact_address": _contact_address if may_note else None}


def _contact_address(row: Any, back: str) -> str:
    """It leads back to the account's own place in the list, with its filters."""
    return url_for("contacts.new", customer_id=row.kept_id, next=f"{back.partition('#')[0]}#line-{row.id}")


def tabs(review: Review, here: str) -> list[tuple[str, str, bool]]:
    return [
        (_("Work list"), address(review.id), here == "show"),
        (_("In figures"), url_for("arrears.figures", review_id=review.id), here == "figures"),
        (_("Compared with before"), url_for("arrears.compared", review_id=review.id), here == "compared"),
        (_("Minutes and signature"), url_for("arrears.closing", review_id=review.id), here == "closing"),
    ]


def asked_at(list_address: str) -> Asked:
    """What the work list shows at this address of its own."""
    with entered(list_address) as asked:
        return asked
