"""Faults about moving in and keys, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from crm.moves.keys.models import KeySlip
from crm.moves.moving_in.models import MoveInState
from crm.properties.models import Estate
from tests import factories as make
from tests.moves.making import make_key, make_move_in, make_return, make_slip
from tests.review.faults_cases import Filed, Maker, ago, day_ago, filed

SOON = timedelta(days=20)


def _moved(estate: Estate, state: MoveInState, **given: Any) -> tuple[Filed, Any]:
    whose = filed(estate)
    return whose, make_move_in(estate, state, whose.unit, whose.customer, **given)


def move_in_unfiled(estate: Estate) -> int:
    return _moved(estate, MoveInState.signed, signed_at=ago(3))[0].dossier.id


def move_in_signed_just_now(estate: Estate) -> int:
    return _moved(estate, MoveInState.signed, signed_at=ago(0))[0].dossier.id


def move_in_that_lies_there(estate: Estate) -> int:
    whose, move_in = _moved(estate, MoveInState.filed, signed_at=ago(3))
    make.make_item(whose.dossier, "unit_handover", source_kind="move_in", source_id=move_in.id)
    return whose.dossier.id


def move_in_unsigned(estate: Estate) -> int:
    return _moved(estate, MoveInState.started, started_at=ago(60))[0].dossier.id


def move_in_of_these_days(estate: Estate) -> int:
    return _moved(estate, MoveInState.started, started_at=ago(10))[0].dossier.id


def move_in_cancelled(estate: Estate) -> int:
    return _moved(estate, MoveInState.cancelled, started_at=ago(60))[0].dossier.id


def move_in_without_a_tie(estate: Estate) -> int:
    return _moved(estate, MoveInState.started, started_at=ago(60), occupancy_id=None)[0].dossier.id


def _leased(estate: Estate, **terms: date) -> int:
    whose, move_in = _moved(estate, MoveInState.signed, signed_at=ago(0), **terms)
    make.make_item(whose.dossier, "unit_handover", source_kind="move_in", source_id=move_in.id)
    return whose.dossier.id


def move_in_expiring(estate: Estate) -> int:
    return _leased(estate, lease_until=day_ago(0) + SOON)


def licence_that_has_ended(estate: Estate) -> int:
    return _leased(estate, licence_until=day_ago(90))


def lease_for_years(estate: Estate) -> int:
    return _leased(estate, lease_until=day_ago(-400))


def _keyed(estate: Estate, *, left: bool) -> tuple[Filed, KeySlip]:
    """In another unit than the one lived in, where the customer has left."""
    whose, unit = filed(estate), make.make_unit(estate)
    make.make_occupancy(whose.customer, unit, starts=day_ago(400), ends=day_ago(10) if left else None)
    return whose, make_slip(whose.customer, unit, make_key(unit))


def keys_with_who_left(estate: Estate) -> int:
    return _keyed(estate, left=True)[0].dossier.id


def keys_of_who_lives_there(estate: Estate) -> int:
    return _keyed(estate, left=False)[0].dossier.id


def keys_that_came_back(estate: Estate) -> int:
    whose, slip = _keyed(estate, left=True)
    make_return(slip, count=2)
    return whose.dossier.id


FAULTS: dict[str, Maker] = {
    "move_in_unfiled": move_in_unfiled,
    "move_in_unsigned": move_in_unsigned,
    "move_in_expiring": move_in_expiring,
    "keys_with_who_left": keys_with_who_left,
}
MORE: tuple[tuple[str, Maker], ...] = (("move_in_expiring", licence_that_has_ended),)
INNOCENT: tuple[Maker, ...] = (
    move_in_signed_just_now,
    move_in_that_lies_there,
    move_in_of_these_days,
    move_in_cancelled,
    move_in_without_a_tie,
    lease_for_years,
    keys_of_who_lives_there,
    keys_that_came_back,
)
