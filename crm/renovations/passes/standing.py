"""Whether somebody with this card may come in today: for the gate, the card itself and the lists. Pure but for the
condition, which says the same in the database."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_

from crm.renovations.cases.models import ON_SITE, Renovation, RenovationState
from crm.renovations.passes.models import PassState, RenovationPass


class Standing(StrEnum):
    valid = "valid"
    stopped = "stopped"
    not_yet = "not_yet"
    expired = "expired"
    over = "over"
    withdrawn = "withdrawn"
    lost = "lost"
    returned = "returned"


STANDING_TITLES = {
    Standing.valid: _l("Valid"),
    Standing.stopped: _l("Renovation stopped: no work"),
    Standing.not_yet: _l("Not valid yet"),
    Standing.expired: _l("Expired"),
    Standing.over: _l("Nobody works there any more"),
    Standing.withdrawn: _l("Pass withdrawn"),
    Standing.lost: _l("Reported lost"),
    Standing.returned: _l("Card handed in"),
}
STANDING_TONES = {
    Standing.valid: "green",
    Standing.stopped: "red",
    Standing.not_yet: "orange",
    Standing.expired: "red",
    Standing.over: "red",
    Standing.withdrawn: "red",
    Standing.lost: "red",
    Standing.returned: "grey",
}
ENDED_BY = {
    PassState.withdrawn: Standing.withdrawn,
    PassState.lost: Standing.lost,
    PassState.returned: Standing.returned,
}


def standing(state: PassState, renovation: RenovationState, valid_from: date, valid_to: date, day: date) -> Standing:
    """`valid_to` is the last day on which it is good."""
    if state in ENDED_BY:
        return ENDED_BY[state]
    if renovation not in ON_SITE:
        return Standing.over
    if renovation is RenovationState.stopped:
        return Standing.stopped
    if day < valid_from:
        return Standing.not_yet
    return Standing.valid if day <= valid_to else Standing.expired


def standing_of(row: Any, day: date) -> Standing:
    """Of a row with its own state, its days and the renovation's state."""
    return standing(row.state, row.renovation_state, row.valid_from, row.valid_to, day)


def in_standing(value: str, day: date) -> ColumnElement[bool]:
    """The same as a condition on passes joined to their renovations."""
    state = {each.value: key for key, each in ENDED_BY.items()}.get(value)
    if state:
        return RenovationPass.state == state
    issued = RenovationPass.state == PassState.issued
    here = Renovation.state.in_(ON_SITE)
    works = and_(issued, here, Renovation.state != RenovationState.stopped)
    conditions = {
        Standing.over: and_(issued, ~here),
        Standing.stopped: and_(issued, Renovation.state == RenovationState.stopped),
        Standing.not_yet: and_(works, RenovationPass.valid_from > day),
        Standing.expired: and_(works, RenovationPass.valid_to < day),
        Standing.valid: and_(works, RenovationPass.valid_from <= day, RenovationPass.valid_to >= day),
    }
    return conditions[Standing(value)]
