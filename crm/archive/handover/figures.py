"""The periods of the policy, as the company keeps them (clause L-17)."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from crm.archive.handover.models import Clock
from crm.policy.figures import Figure

_SOURCE = _l("The company's archive policy: five working days in all, A three, B two.")
DAYS_OF_A = Figure(
    key="handover.days_a",
    title=_l("A hands the dossier over to B within"),
    unit=_l("working days"),
    default=3,
    least=1,
    most=60,
    source=_SOURCE,
)
DAYS_OF_B = Figure(
    key="handover.days_b",
    title=_l("B hands the dossier in within"),
    unit=_l("working days"),
    default=2,
    least=1,
    most=60,
    source=_SOURCE,
)


def days_of(clock: Clock, day: date) -> int:
    """How many working days the clock has that starts on that day."""
    own = {Clock.a: (DAYS_OF_A,), Clock.b: (DAYS_OF_B,), Clock.total: (DAYS_OF_A, DAYS_OF_B)}
    return sum(figure.on(day) for figure in own[clock])


ANSWER_DAYS = Figure(
    key="handover.answer_days",
    title=_l("A supplement is confirmed, and more time decided on, within"),
    unit=_l("days"),
    default=7,
    least=1,
    most=365,
)
