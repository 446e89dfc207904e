"""How it ends: its pack lies in the dossier, or it is cancelled and says what stays of it."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.moves.moving_in.events import MoveInCancelled, MoveInFiled
from crm.moves.moving_in.models import MoveIn, MoveInState
from crm.moves.moving_in.queries import defects_of
from crm.moves.moving_in.service.steps import NOW, STEPS, Said, subjects
from crm.repairs.orders.models import ENDED
from crm.tenants import service as tenants
from crm.tenants.models import Occupancy

DAY = timedelta(days=1)


def filed(move_in_id: int) -> None:
    """The pack lies in the dossier; done again it changes nothing."""
    move_in = session().get_one(MoveIn, move_in_id)
    STEPS.hold(move_in)
    if move_in.state is not MoveInState.signed:
        return
    STEPS.take(move_in, "file", Said(), filed_at=NOW)
    record(MoveInFiled(**subjects(move_in)))


def cancel(move_in: MoveIn, said: Said) -> None:
    """The tie begun here ends; repairs go on for whoever has the unit. All that stays stands in the log."""
    if not said.reason.strip():
        raise DomainError(_("Write why the move-in is cancelled."))
    STEPS.hold_unchanged(move_in)
    STEPS.expect(move_in, "cancel")
    left = left_of(move_in)
    if tie := tie_to_end(move_in):
        tenants.end_occupancy(tie, last_day(tie))
    STEPS.take(move_in, "cancel", said, ended_at=NOW)
    record(MoveInCancelled(reason=said.reason, left=left, **subjects(move_in)))


def tie_to_end(move_in: MoveIn) -> Occupancy | None:
    """What began with this move-in and has not ended."""
    if not move_in.occupancy_begun or move_in.occupancy_id is None:
        return None
    tie = session().get_one(Occupancy, move_in.occupancy_id)
    return tie if tie.ends is None else None


def last_day(tie: Occupancy) -> date:
    """A tie lasts a day at least: what never began has none."""
    today = business_day()
    return max(today, tie.starts + DAY) if tie.starts else today


def left_of(move_in: MoveIn) -> list[str]:
    """What stays when it is cancelled, in words: whoever cancels reads it first, the log keeps it."""
    told = []
    if tie := tie_to_end(move_in):
        day = last_day(tie).isoformat()
        told.append(_("The tie to the unit ends on %(day)s; days before it are billed.", day=day))
    going_on = [each.order.number for each in defects_of(move_in.id) if each.order.state not in ENDED]
    if going_on:
        told.append(_("Repairs go on: %(numbers)s.", numbers="、".join(going_on)))
    return told
