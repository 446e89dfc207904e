"""What can be done to a filing review, from which state."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from flask import Flask

from crm.errors import IllegalTransition
from crm.review.models import WORKFLOW, FilingReview, ReviewState

S = ReviewState
ALLOWED = {(S.running, "end"): S.open, (S.open, "sample"): S.open, (S.open, "sign"): S.signed}


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(app: Flask, state: ReviewState, action: str) -> None:
    review, target = FilingReview(state=state), ALLOWED.get((state, action))
    with app.test_request_context(), nullcontext() if target else pytest.raises(IllegalTransition):
        WORKFLOW.take(review, action)
    assert review.state is (target or state)
