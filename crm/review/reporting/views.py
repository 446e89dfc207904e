"""The report of a review, printed by POST: what it says is kept with its hash."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import Permission, requires
from crm.review.queries import get_review, title_of
from crm.review.reporting import papers
from crm.web.download import attachment

blueprint = Blueprint("review_papers", __name__, url_prefix="/review")


@blueprint.post("/<int:filing_review_id>/report.pdf")
@requires(Permission.review_read)
def report(filing_review_id: int) -> ResponseReturnValue:
    """整理报告."""
    review = get_review(filing_review_id)
    name = f"{_('Report of the filing review')} {title_of(review)}.pdf"
    return attachment(papers.as_paper(review), name, "application/pdf", inline=True)
