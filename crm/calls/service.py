"""Entering a call, adding to it, following it up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.models import User
from crm.calls.events import (
    CallerNumberShown,
    CallFollowedUp,
    CallLogged,
    CallNoteAdded,
    FollowUpMoved,
    FollowUpPromised,
)
from crm.calls.models import ADDRESS, WORKFLOW, Call, CallNote, CallState, Direction
from crm.calls.queries import answering
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.notifications.service import notify
from crm.phones import mask_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What is to be done, by whom, until when."""

    follow_up: str
    owner_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A call as it is entered; `digits` is the number at the other end, "" when it was not shown."""

    direction: Direction
    digits: str
    caller: str
    reason: str
    outcome: str
    note: str


def log_call(
    estate_id: int,
    said: Said,
    follow_up: FollowUp | None = None,
    *,
    customer_id: int | None = None,
    unit_id: int | None = None,
) -> Call:
    call = Call(
        estate_id=estate_id,
        customer_id=customer_id,
        unit_id=unit_id,
        tail=said.digits[-4:],
        taken_by_id=g.actor.user_id,
        taken_by=g.actor.name,
        started_at=utc_now(),
        state=CallState.settled,
        **asdict(said),
    )
    session().add(call)
    session().flush()
    record(
        CallLogged(
            estate_id=estate_id,
            direction=said.direction.value,
            reason=said.reason,
            outcome=said.outcome,
            masked=mask_phone(said.digits),
            **_subjects(call),
        )
    )
    if follow_up:
        promise(call, follow_up)
    return call


def show_number(call: Call, reason: str) -> str:
    """The number in full, to call back; who asked and why is logged."""
    record(CallerNumberShown(reason=reason, **_subjects(call)))
    return call.digits


def add_note(call: Call, text: str) -> None:
    """A correction or another word: what was entered first stays."""
    session().add(CallNote(call_id=call.id, text=text, written_by=g.actor.name, written_at=utc_now()))
    record(CallNoteAdded(**_subjects(call)))


def promise(call: Call, follow_up: FollowUp) -> None:
    _expect_owner(call, follow_up.owner_id)
    for name, value in asdict(follow_up).items():
        setattr(call, name, value)
    WORKFLOW.take(call, "promise")
    record(FollowUpPromised(user_id=follow_up.owner_id, due_at=follow_up.due_at, **_subjects(call)))
    _tell_owner(call)


def move(call: Call, follow_up: FollowUp) -> None:
    """Another moment, another person, or both."""
    owner_before, old = call.owner_id, call.due_at or follow_up.due_at
    if follow_up.owner_id != owner_before:
        _expect_owner(call, follow_up.owner_id)
    WORKFLOW.take(call, "move")
    for name, value in asdict(follow_up).items():
        setattr(call, name, value)
    call.reminded_at = None
    record(FollowUpMoved(user_id=follow_up.owner_id, old=old, new=follow_up.due_at, **_subjects(call)))
    if follow_up.owner_id != owner_before:
        _tell_owner(call)


def finish(call: Call, result: str) -> None:
    """`result`: what came of it."""
    WORKFLOW.take(call, "finish")
    call.result, call.done_at, call.done_by = result, utc_now(), g.actor.name
    record(CallFollowedUp(due_at=call.due_at or call.done_at, **_subjects(call)))


def _expect_owner(call: Call, owner_id: int) -> None:
    if owner_id not in answering([call.estate_id]):
        raise DomainError(_("This person takes no calls of this estate. Choose somebody else."))


def _tell_owner(call: Call) -> None:
    """Whoever gives the follow-up to oneself knows it already."""
    if call.owner_id is None or call.owner_id == g.actor.user_id:
        return
    owner = session().get_one(User, call.owner_id)
    with force_locale(owner.locale):
        text = _("%(who)s has left you a call to follow up: %(what)s", who=g.actor.name, what=call.follow_up)
    notify(owner.id, text, ADDRESS.format(call.id), icon="phone-call")


def _subjects(call: Call) -> dict[str, Any]:
    return {"call_id": call.id, "customer_id": call.customer_id, "unit_id": call.unit_id}
