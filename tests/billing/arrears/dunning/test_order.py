"""Where a step stands follows from its days; a place is shared by all who stood there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from crm.billing.arrears.dunning.order import fault_of, in_order


def step(number, position, days, active=True):
    return SimpleNamespace(id=number, position=position, days=days, active=active)


@pytest.mark.parametrize(
    ("steps", "places"),
    [
        ([], {}),
        ([step(1, 1, 31), step(2, 2, 61)], {1: 1, 2: 2}),
        ([step(1, 1, 61), step(2, 2, 31)], {1: 2, 2: 1}),
        ([step(1, 1, 31), step(2, 2, 61), step(3, 3, 45)], {1: 1, 3: 2, 2: 3}),
        # A former step goes with whoever replaced it, and one that nobody replaced keeps its own place.
        ([step(1, 1, 31, active=False), step(4, 1, 91), step(2, 2, 61)], {1: 2, 2: 1}),
        ([step(1, 1, 31, active=False), step(2, 2, 61), step(3, 3, 21)], {3: 1, 1: 2, 2: 3}),
        ([step(1, 1, 31, active=False), step(2, 1, 95, active=False), step(3, 2, 61)], {1: 2, 2: 1}),
        ([step(1, 1, 31, active=False), step(2, 2, 31)], {1: 1, 2: 2}),
    ],
)
def test_the_days_give_the_place(steps, places):
    assert in_order(steps) == places


def test_two_steps_do_not_begin_on_one_day(app):
    with app.test_request_context(), force_locale("en"):
        assert "31 days already" in fault_of(31, [step(1, 1, 31)])
        assert fault_of(32, [step(1, 1, 31)]) == ""
