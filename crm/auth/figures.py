"""The figures of this package, and how to read one inside or outside a unit of work."""

from __future__ import annotations

from typing import TypeVar

from flask_babel import lazy_gettext as _l

from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.policy.figures import Figure

Value = TypeVar("Value", bool, int, str)

SECOND_FACTOR = Figure(
    key="auth.second_factor",
    title=_l("Second factor for finance, archive and administration"),
    default="required",
    choices={"required": _l("Required"), "optional": _l("Optional")},
    source=_l("Whoever must have it and has none sets it up right after signing in and sees nothing else until then."),
)
CONFIRMATION_MINUTES = Figure(
    key="auth.confirmation_minutes",
    title=_l("How long a password counts as given"),
    unit=_l("minutes"),
    default=30,
    least=1,
    most=480,
    source=_l("Marked actions ask for the own password again after this time; signing in counts as giving it."),
)
KNOWN_WORDS = Figure(
    key="auth.known_words",
    title=_l("Words no password may be made of"),
    default="",
    source=_l("The names of the company and its estates as people would type them, with blanks between them."),
)


def today_of(figure: Figure[Value]) -> Value:
    """What holds today; opens a unit of work of its own where none is open."""
    day = business_day()
    if session().in_transaction():
        return figure.on(day)
    with unit_of_work(writes=False):
        return figure.on(day)
