"""What the pages of the filing review share."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.review.models import FilingReview

blueprint = Blueprint("review", __name__, url_prefix="/review")
READ, MEND = Permission.review_read, Permission.review_mend
KEEP, SIGN = Permission.review_keep, Permission.review_sign


def address(review: FilingReview) -> str:
    return url_for("review.show", filing_review_id=review.id)


def tabs(review: FilingReview, here: str) -> list[tuple[str, str, bool]]:
    titles = {"show": _("Findings by kind"), "dossiers": _("Dossiers"), "compared": _("Against the review before")}
    return [
        (title, url_for(f"review.{name}", filing_review_id=review.id), name == here) for name, title in titles.items()
    ]
