"""What the filing review asks about coming and going: packs, keys, leases and licences (P-08, 有效)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.moves.keys.models import KeySlip, KeySlipLine
from crm.moves.keys.queries import STILL_OUT, has_left
from crm.moves.moving_in.listings import expiring, overdue
from crm.moves.moving_in.models import MoveIn, MoveInState
from crm.moves.moving_in.present import unfiled
from crm.tenants.models import Occupancy
from crm.tenants.queries import File, lasts_on, of_dossiers

SIGNED_AFTER = timedelta(days=30)  # who has moved in has signed by then


def _of_move_ins(condition: ColumnElement[bool], detail: Any = MoveIn.number) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=MoveIn.number, about_id=MoveIn.id, detail=detail))
    return found.join(MoveIn, MoveIn.customer_id == File.id).where(condition)


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    return _of_move_ins(unfiled().waits(beginning_of(day)))


def _unsigned(day: date) -> Select[*tuple[Any, ...]]:
    """Lives there by a move-in that nobody has finished."""
    long_ago = beginning_of(day - SIGNED_AFTER)
    begun = and_(MoveIn.state == MoveInState.started, MoveIn.started_at < long_ago)
    lives_there = exists().where(Occupancy.id == MoveIn.occupancy_id, lasts_on(Occupancy, day))
    return _of_move_ins(and_(begun, lives_there))


def _expiring(day: date) -> Select[*tuple[Any, ...]]:
    """Of whoever still has the unit."""
    lives_there = exists().where(Occupancy.id == MoveIn.occupancy_id, lasts_on(Occupancy, day))
    return _of_move_ins(and_(expiring(day), lives_there))


def _keys(_day: date) -> Select[*tuple[Any, ...]]:
    """A finding for each slip of which something is out with somebody who has nothing to do with the unit any more."""
    found = of_dossiers(*finding(key=KeySlip.number, about_id=KeySlip.id, detail=KeySlip.number))
    out = exists().where(KeySlipLine.key_slip_id == KeySlip.id, STILL_OUT > 0)
    return found.join(KeySlip, KeySlip.customer_id == File.id).where(out, has_left())


def pressing(day: date) -> Select[Any]:
    """Whose move-in takes too long."""
    return select(MoveIn.customer_id).where(overdue(day))


def _page(where: Where) -> str:
    return url_for("moving_in.show", move_in_id=where.about_id)


def _slip(where: Where) -> str:
    return url_for("keys.slip", key_slip_id=where.about_id)


CHECKS = (
    Check(
        kind="move_in_unfiled",
        title=_l("A move-in is signed and its pack lies in no dossier"),
        advice=_l("Have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled,
        page=_page,
    ),
    Check(
        kind="move_in_unsigned",
        title=_l("Moved in without a signed pack"),
        advice=_l("Go on with the move-in: its page says what is missing."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unsigned,
        page=_page,
    ),
    Check(
        kind="move_in_expiring",
        title=_l("A lease or a licence has ended or ends soon"),
        advice=_l("Ask for the new one and file it; or note the move-out."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_expiring,
        page=_page,
    ),
    Check(
        kind="keys_with_who_left",
        title=_l("Keys are out with somebody who has left"),
        advice=_l("Take them back, or note that they are lost and change the lock."),
        measure=Measure.accurate,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_keys,
        page=_slip,
    ),
)
