"""What the company decides about its readings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

TIMES_USUAL = Figure(
    key="billing.times_usual",
    title=_l("A reading is far more than usual from so many times the use of the last readings on"),
    unit=_l("times"),
    default=3,
    least=2,
    most=20,
)
USUAL_READINGS = Figure(
    key="billing.usual_readings",
    title=_l("What is usual for a meter follows from its last"),
    unit=_l("readings"),
    default=6,
    least=1,
    most=24,
)
