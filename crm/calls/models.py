"""A call as it was entered, what is still to be done about it, and what was added later."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Estate, Unit
from crm.workflow import Step, Workflow

ADDRESS = "/calls/{}"  # of a call's page; reminders are made where `url_for` has no request

CALL_REASONS = Dictionary(
    key="call.reason",
    title=_l("Reasons of a call"),
    defaults={
        "repair": _l("Repair"),
        "complaint": _l("Complaint"),
        "fees": _l("Fees and payment"),
        "outage": _l("Water, power or heating is off"),
        "parking": _l("Parking"),
        "renovation": _l("Renovation"),
        "moving": _l("Moving in or out"),
        "inquiry": _l("Inquiry"),
        "praise": _l("Praise or suggestion"),
        "other": _l("Other"),
    },
)
CALL_OUTCOMES = Dictionary(
    key="call.outcome",
    title=_l("Outcomes of a call"),
    defaults={
        "answered": _l("Answered at once"),
        "passed_on": _l("Passed on"),
        "call_back": _l("To be called back"),
        "not_reached": _l("Not reached"),
        "wrong_number": _l("Wrong number"),
    },
)


class Direction(StrEnum):
    incoming = "incoming"
    outgoing = "outgoing"


DIRECTION_TITLES = {Direction.incoming: _l("Call in"), Direction.outgoing: _l("Call out")}


class CallState(StrEnum):
    """Whether something about the call is still to be done."""

    settled = "settled"
    open = "open"
    done = "done"


STATE_TITLES = {
    CallState.settled: _l("Nothing to follow up"),
    CallState.open: _l("To follow up"),
    CallState.done: _l("Followed up"),
}


class Call(Versioned, Base):
    """What was said stays as it was entered; later words are a `CallNote`. Only the follow-up moves on."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(
            "state = 'settled' OR (follow_up <> '' AND owner_id IS NOT NULL AND due_at IS NOT NULL)", name="follow_up"
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index("ix_call_estate_id_started_at", "estate_id", "started_at"),
        Index("ix_call_state_due_at", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    digits: Mapped[str]  # the number at the other end, "" when it was not shown
    tail: Mapped[str] = mapped_column(index=True)  # its last four digits
    caller: Mapped[str]
    direction: Mapped[Direction]
    reason: Mapped[str]  # of CALL_REASONS
    outcome: Mapped[str]  # of CALL_OUTCOMES
    note: Mapped[str]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    taken_by: Mapped[str]
    started_at: Mapped[Moment]
    state: Mapped[CallState]
    follow_up: Mapped[str] = mapped_column(default="")  # what is to be done
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # by whom
    due_at: Mapped[Moment | None]
    reminded_at: Mapped[Moment | None]
    result: Mapped[str] = mapped_column(default="")  # what came of it
    done_at: Mapped[Moment | None]
    done_by: Mapped[str] = mapped_column(default="")

    estate: Mapped[Estate] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    owner: Mapped[User | None] = relationship(lazy="raise", foreign_keys=owner_id)
    notes: Mapped[list[CallNote]] = relationship(lazy="raise", order_by="CallNote.id", viewonly=True)

    def overdue(self, now: datetime) -> bool:
        return self.state is CallState.open and self.due_at is not None and self.due_at < now


WORKFLOW = Workflow(
    promise=Step(sources={CallState.settled}, target=CallState.open, permission=Permission.call_log),
    finish=Step(sources={CallState.open}, target=CallState.done, permission=Permission.call_log),
    move=Step(sources={CallState.open}, target=CallState.open, permission=Permission.call_log),
)
ACTION_TITLES = {
    "promise": _l("Follow up"),
    "finish": _l("Done: what came of it"),
    "move": _l("Move or hand over"),
}


class CallNote(Base):
    """What was added to a call later: a correction, or another word about it."""

    __tablename__ = "call_note"
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[Moment]


append_only(CallNote)
