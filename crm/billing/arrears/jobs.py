"""What the clock does about arrears."""

from __future__ import annotations

from crm.billing.arrears.reviews.service import estates_to_review, open_review
from crm.dates import business_day
from crm.db import unit_of_work


def open_reviews() -> int:
    """Open this month's review of each estate once its day has come; how many. Each stands by itself."""
    with unit_of_work(writes=False):
        estates = estates_to_review(business_day())
    for estate in estates:
        with unit_of_work():
            open_review(estate, business_day())
    return len(estates)
