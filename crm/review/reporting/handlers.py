"""When a review is signed, its report is kept as it is: later prints say the same."""

from __future__ import annotations

from typing import Any

from crm.archive.dossiers import proof
from crm.review.queries import get_review
from crm.review.reporting.reports import PAPER, number_of, report


def signed(event: Any) -> None:
    review = get_review(event.filing_review_id)
    proof.issue(PAPER, review.id, number_of(review), report(review).plain)
