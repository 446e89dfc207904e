"""What hangs on a complaint: its callers, steps, call-backs, links, files, corrective actions and compensations."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.complaints.cases.models.case import Channel, Complaint, ComplaintState
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.properties.models import Unit
from crm.steps.models import StepRow
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow


class ComplaintStep(StepRow, Base):
    """`level`: who decided after the step; `until`: when what was promised is expected."""

    __tablename__ = "complaint_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_complaint_step_complaint_id", "complaint_id", "id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    from_state: Mapped[ComplaintState | None]
    to_state: Mapped[ComplaintState]
    level: Mapped[int]


append_only(ComplaintStep)


class ComplaintCaller(Base):
    """Who complains. `anonymous`: nothing of who it is is shown to anybody but whoever may reveal numbers.

    `joined_from`: the case that the caller came with, where it was joined to this one.
    """

    __tablename__ = "complaint_caller"
    __table_args__ = (
        CheckConstraint("anonymous OR customer_id IS NOT NULL OR name <> ''", name="name"),
        UniqueConstraint("key"),
        Index("ix_complaint_caller_complaint_id", "complaint_id"),
        Index("ix_complaint_caller_customer_id", "customer_id"),
        Index("ix_complaint_caller_tail", "tail"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(default="")
    digits: Mapped[str] = mapped_column(default="")
    tail: Mapped[str] = mapped_column(default="")  # its last four
    anonymous: Mapped[bool] = mapped_column(default=False)
    wants_word: Mapped[bool] = mapped_column(default=True)  # to be told what came of it
    channel: Mapped[Channel]
    words: Mapped[str] = mapped_column(default="")
    call_id: Mapped[int | None] = mapped_column(ForeignKey("call.id"))
    joined_from_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    key: Mapped[str | None]
    noted_by: Mapped[str]
    noted_at: Mapped[Moment]

    complaint: Mapped[Complaint] = relationship(lazy="raise", foreign_keys=complaint_id)
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")

    @property
    def called(self) -> str:
        """Who it is, with the file loaded: the file's name, else as it was said. Not for whoever is anonymous."""
        return self.customer.name if self.customer else self.name

    @property
    def can_be_asked(self) -> bool:
        """Whether somebody can be called back about it."""
        return self.wants_word and not self.anonymous and bool(self.customer_id or self.digits)


append_only(ComplaintCaller)


class ComplaintCallback(Base):
    """回访: an attempt to ask a caller; `satisfied` None where nobody was reached. `score`: 1 to 5."""

    __tablename__ = "complaint_callback"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("satisfied IS NOT NULL OR score IS NULL", name="unreached"),
        UniqueConstraint("key"),
        Index("ix_complaint_callback_complaint_id", "complaint_id"),
        Index("ix_complaint_callback_made_at", "made_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_caller.id"))
    satisfied: Mapped[bool | None]
    score: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[Moment]


append_only(ComplaintCallback)


class LinkKind(StrEnum):
    repair_order = "repair_order"
    bill = "bill"
    violation = "violation"
    letter = "letter"
    call = "call"
    user = "user"


LINK_TITLES = {
    LinkKind.repair_order: _l("Repair order"),
    LinkKind.bill: _l("Bill"),
    LinkKind.violation: _l("Violation"),
    LinkKind.letter: _l("Letter"),
    LinkKind.call: _l("Call"),
    LinkKind.user: _l("One of our people"),
}


class ComplaintLink(Base):
    """What a complaint has to do with. `thing_id` is of the kind; `label`: how it was called when it was linked."""

    __tablename__ = "complaint_link"
    __table_args__ = (
        UniqueConstraint("complaint_id", "kind", "thing_id"),
        Index("ix_complaint_link_kind", "kind", "thing_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[LinkKind]
    thing_id: Mapped[int]
    label: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[Moment]


append_only(ComplaintLink)


class ComplaintFile(Base):
    """A photograph, a recording in writing, a letter: whatever proves something."""

    __tablename__ = "complaint_file"
    __table_args__ = (UniqueConstraint("key"), Index("ix_complaint_file_complaint_id", "complaint_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    about: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    complaint: Mapped[Complaint] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(ComplaintFile)


class ActionState(StrEnum):
    """Derived from what happened to it, never stored."""

    open = "open"
    done = "done"
    verified = "verified"
    dropped = "dropped"


ACTION_STATES = {
    ActionState.open: _l("To be done"),
    ActionState.done: _l("Done, to be verified"),
    ActionState.verified: _l("Verified: it works"),
    ActionState.dropped: _l("Dropped"),
}
ACTION_TONES = {
    ActionState.open: "blue",
    ActionState.done: "orange",
    ActionState.verified: "green",
    ActionState.dropped: "grey",
}


class CorrectiveAction(Versioned, Base):
    """纠正措施: what is changed so that it does not happen again. Done by its owner, verified by somebody else."""

    __tablename__ = "corrective_action"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done"),
        CheckConstraint("verified_at IS NULL OR done_at IS NOT NULL", name="verified"),
        CheckConstraint("verified_by_id IS NULL OR verified_by_id <> done_by_id", name="four_eyes"),
        UniqueConstraint("key"),
        Index("ix_corrective_action_complaint_id", "complaint_id"),
        Index("ix_corrective_action_owner_id", "owner_id", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    what: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one
    added_by: Mapped[str]
    added_at: Mapped[Moment]
    done_words: Mapped[str] = mapped_column(default="")
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[Moment | None]
    verified_words: Mapped[str] = mapped_column(default="")
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    verified_at: Mapped[Moment | None]
    sent_back_words: Mapped[str] = mapped_column(default="")  # why it was not done well enough, the last time
    dropped_words: Mapped[str] = mapped_column(default="")
    dropped_at: Mapped[Moment | None]
    warned_on: Mapped[date | None]

    complaint: Mapped[Complaint] = relationship(lazy="raise")
    owner: Mapped[User] = relationship(lazy="raise", foreign_keys=owner_id)

    @property
    def state(self) -> ActionState:
        if self.dropped_at:
            return ActionState.dropped
        if self.verified_at:
            return ActionState.verified
        return ActionState.done if self.done_at else ActionState.open


A, P = ActionState, Permission
ACTING = TitledWorkflow(
    ACTION_STATES,
    finish=Step(sources={A.open}, permission=P.complaint_read, title=_l("Say that it is done")),
    verify=Step(sources={A.done}, permission=P.complaint_lead, title=_l("Verify the action")),
    send_back=Step(sources={A.done}, permission=P.complaint_lead, title=_l("Send back")),
    drop=Step(sources={A.open, A.done}, permission=P.complaint_lead, title=_l("Drop")),
)


class CompensationState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"
    taken_back = "taken_back"
    given = "given"


UNSETTLED = (CompensationState.asked, CompensationState.approved)
COMPENSATION_STATES = {
    CompensationState.asked: _l("Waits for approval"),
    CompensationState.approved: _l("Approved, to be given"),
    CompensationState.refused: _l("Refused"),
    CompensationState.taken_back: _l("Request taken back"),
    CompensationState.given: _l("Given to the customer"),
}
COMPENSATION_TONES = {
    CompensationState.asked: "orange",
    CompensationState.approved: "blue",
    CompensationState.refused: "red",
    CompensationState.taken_back: "grey",
    CompensationState.given: "green",
}


class CompensationKind(StrEnum):
    money = "money"
    waiver = "waiver"
    goods = "goods"
    service = "service"


COMPENSATION_KINDS = {
    CompensationKind.money: _l("Money"),
    CompensationKind.waiver: _l("Fees waived"),
    CompensationKind.goods: _l("Goods"),
    CompensationKind.service: _l("A service free of charge"),
}


class Compensation(Versioned, Base):
    """补偿: asked for by one, decided by another, then given. `amount`: yuan, what it is worth to the company."""

    __tablename__ = "compensation"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="four_eyes"),
        CheckConstraint("state <> 'given' OR (given_on IS NOT NULL AND reference <> '')", name="given"),
        UniqueConstraint("key"),
        Index("ix_compensation_complaint_id", "complaint_id"),
        Index("ix_compensation_customer_id", "customer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[CompensationKind]
    amount: Mapped[Money]
    reason: Mapped[str]
    state: Mapped[CompensationState]
    key: Mapped[str | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    taken_back_words: Mapped[str] = mapped_column(default="")
    given_on: Mapped[date | None]
    given_by: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")  # the voucher, the waiver's number, who took the goods

    complaint: Mapped[Complaint] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")


C = CompensationState
COMPENSATING = TitledWorkflow(
    COMPENSATION_STATES,
    approve=Step(sources={C.asked}, target=C.approved, permission=P.complaint_decide, title=_l("Approve")),
    refuse=Step(sources={C.asked}, target=C.refused, permission=P.complaint_decide, title=_l("Refuse")),
    take_back=Step(
        sources={C.asked, C.approved}, target=C.taken_back, permission=P.complaint_handle, title=_l("Take back")
    ),
    give=Step(sources={C.approved}, target=C.given, permission=P.complaint_handle, title=_l("Note that it was given")),
)
