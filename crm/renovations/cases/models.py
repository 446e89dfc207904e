"""The renovation as it stands, the one table of what can be done with it, and what hangs on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Bill
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Area, Money
from crm.properties.models import Building, Estate, Unit
from crm.renovations.works.models import RenovationPaperKind, RenovationWork
from crm.steps.models import StepRow
from crm.tenants.models import Customer
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/renovations/{}"  # of a renovation's page; reminders are made where `url_for` has no request


class RenovationState(StrEnum):
    applied = "applied"
    complete = "complete"
    reviewed = "reviewed"
    agreed = "agreed"
    permitted = "permitted"
    under_way = "under_way"
    stopped = "stopped"
    completion = "completion"
    fixing = "fixing"
    waiting = "waiting"
    mending = "mending"
    checked = "checked"
    settled = "settled"
    closed = "closed"
    refused = "refused"
    withdrawn = "withdrawn"


S, P = RenovationState, Permission
STATE_TITLES = {
    S.applied: _l("Applied for, papers to come"),
    S.complete: _l("Papers complete, to be examined"),
    S.reviewed: _l("Examined, agreement to be signed"),
    S.agreed: _l("Agreement signed, permit to come"),
    S.permitted: _l("Permit issued"),
    S.under_way: _l("Work under way"),
    S.stopped: _l("Renovation stopped"),
    S.completion: _l("Work done, to be checked"),
    S.fixing: _l("First check failed, to be put right"),
    S.waiting: _l("First check passed, waiting period"),
    S.mending: _l("Second check failed, to be put right"),
    S.checked: _l("Checks passed, to be settled"),
    S.settled: _l("Settled, to be closed"),
    S.closed: _l("Renovation closed"),
    S.refused: _l("Application turned down"),
    S.withdrawn: _l("Application withdrawn"),
}
STATE_TONES = {
    S.applied: "purple",
    S.complete: "orange",
    S.reviewed: "blue",
    S.agreed: "blue",
    S.permitted: "green",
    S.under_way: "green",
    S.stopped: "red",
    S.completion: "orange",
    S.fixing: "red",
    S.waiting: "blue",
    S.mending: "red",
    S.checked: "orange",
    S.settled: "green",
    S.closed: "grey",
    S.refused: "grey",
    S.withdrawn: "grey",
}
BEFORE_PERMIT = (S.applied, S.complete, S.reviewed, S.agreed)
ON_SITE = (S.permitted, S.under_way, S.stopped)  # a permit is live: patrols, passes, extensions
BUILT = (S.completion, S.fixing, S.waiting, S.mending, S.checked)
ENDED = (S.closed, S.refused, S.withdrawn)
OPEN = text("state NOT IN ('closed', 'refused', 'withdrawn')")


class Renovation(Versioned, Base):
    """装修. `valid_to`: the last day of the permit, with its extensions. `deposit_asked`: yuan, as agreed.

    `second_due_on`: the first day on which the second check may be made.
    """

    __tablename__ = "renovation"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="planned"),
        CheckConstraint("deposit_asked >= 0", name="deposit_asked"),
        CheckConstraint("valid_to >= valid_from", name="valid"),
        CheckConstraint(
            "state NOT IN ('permitted', 'under_way', 'stopped', 'completion', 'fixing', 'waiting', 'mending', "
            "'checked', 'settled') OR permit_number IS NOT NULL",
            name="permit",
        ),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        UniqueConstraint("permit_number"),
        Index("ix_renovation_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_renovation_valid_to", "estate_id", "valid_to", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_renovation_second_due_on", "estate_id", "second_due_on", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_renovation_estate_id", "estate_id", "applied_at"),
        Index("ix_renovation_applied_at", "applied_at"),  # for whoever sees every estate
        Index("ix_renovation_customer_id", "customer_id"),
        Index("ix_renovation_unit_id", "unit_id"),
        Index("ix_renovation_deposit_id", "deposit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # ZX2611-0001
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))  # who applies, and answers for it
    owns: Mapped[bool] = mapped_column(default=True)  # the unit; else the owner has to consent
    contact: Mapped[str]  # who is called about it
    contact_phone: Mapped[str]
    contractor: Mapped[str] = mapped_column(default="")  # 装修公司; "": built by themselves
    contractor_licence: Mapped[str] = mapped_column(default="")  # 资质证书编号
    contractor_lead: Mapped[str] = mapped_column(default="")  # 现场负责人
    contractor_phone: Mapped[str] = mapped_column(default="")
    description: Mapped[str]
    area: Mapped[Area | None]  # m² that are rebuilt
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[RenovationState]
    deposit_asked: Mapped[Money] = mapped_column(default=Decimal(0))
    deposit_reason: Mapped[str] = mapped_column(default="")  # why none is asked for
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("deposit.id"))
    owed_reason: Mapped[str] = mapped_column(default="")  # why the permit was issued before all fees were paid
    examined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    examined_at: Mapped[Moment | None]
    conditions: Mapped[str] = mapped_column(default="")  # what the examination asks for
    agreed_on: Mapped[date | None]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # as it was signed
    permit_number_id: Mapped[int | None] = mapped_column(ForeignKey("number.id"))
    permit_number: Mapped[str | None]
    permitted_at: Mapped[Moment | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    begun_on: Mapped[date | None]
    done_on: Mapped[date | None]  # 竣工: as the customer says
    first_passed_on: Mapped[date | None]
    second_due_on: Mapped[date | None]
    second_passed_on: Mapped[date | None]
    settled_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who took the application
    applied_by: Mapped[str]
    applied_at: Mapped[Moment]
    warned_on: Mapped[date | None]  # whoever keeps it was told of what is due

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    deposit: Mapped[Deposit | None] = relationship(lazy="raise")
    agreement: Mapped[Upload | None] = relationship(lazy="raise")
    works: Mapped[list[RenovationWork]] = relationship(
        lazy="raise", secondary=lambda: RenovationDoing.__table__, viewonly=True, order_by="RenovationWork.position"
    )

    def runs_on(self, day: date) -> bool:
        """Whether the permit covers the day, its last included."""
        return self.valid_from is not None and self.valid_to is not None and self.valid_from <= day <= self.valid_to


class RenovationDoing(Base):
    """What is done there, of the company's kinds of work."""

    __tablename__ = "renovation_doing"
    __table_args__ = (UniqueConstraint("renovation_id", "work_id"), Index("ix_renovation_doing_work_id", "work_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    work_id: Mapped[int] = mapped_column(ForeignKey("renovation_work.id"))


class RenovationStep(StepRow, Base):
    __tablename__ = "renovation_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_renovation_step_renovation_id", "renovation_id", "id"))
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    from_state: Mapped[RenovationState | None]
    to_state: Mapped[RenovationState]


append_only(RenovationStep)


class RenovationPaper(Base):
    """A paper as it came, or why it is not needed; the last row of a kind counts."""

    __tablename__ = "renovation_paper"
    __table_args__ = (
        CheckConstraint("upload_id IS NOT NULL OR reason <> ''", name="brought"),
        UniqueConstraint("key"),
        Index("ix_renovation_paper_renovation_id", "renovation_id", "kind_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("renovation_paper_kind.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    reason: Mapped[str] = mapped_column(default="")  # why it is not needed here
    note: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    kind: Mapped[RenovationPaperKind] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")


append_only(RenovationPaper)


class RenovationFee(Base):
    """What the customer pays for the renovation itself: one bill each (装修垃圾清运费…)."""

    __tablename__ = "renovation_fee"
    __table_args__ = (
        UniqueConstraint("bill_id"),
        UniqueConstraint("key"),
        Index("ix_renovation_fee_renovation_id", "renovation_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    bill_id: Mapped[int] = mapped_column(ForeignKey("bill.id"))
    key: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    bill: Mapped[Bill] = relationship(lazy="raise")


append_only(RenovationFee)


class Decision(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"


DECISION_TITLES = {
    Decision.asked: _l("To be decided"),
    Decision.approved: _l("Approved"),
    Decision.refused: _l("Turned down"),
}
ASKED = text("decision = 'asked'")


class RenovationExtension(Versioned, Base):
    """延期: more time is asked for, and somebody else says yes or no. One is under way at a time."""

    __tablename__ = "renovation_extension"
    __table_args__ = (
        CheckConstraint("until > valid_to", name="until"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("decision = 'asked' OR decided_at IS NOT NULL", name="decided"),
        CheckConstraint("decided_by_id <> asked_by_id", name="four_eyes"),
        UniqueConstraint("key"),
        Index("ix_renovation_extension_renovation_id", "renovation_id"),
        Index(
            "uq_renovation_extension_asked", "renovation_id", unique=True, sqlite_where=ASKED, postgresql_where=ASKED
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    valid_to: Mapped[date]  # of the permit, when it was asked for
    until: Mapped[date]
    reason: Mapped[str]
    late: Mapped[bool] = mapped_column(default=False)  # asked for fewer days before than the company wants
    decision: Mapped[Decision] = mapped_column(default=Decision.asked)
    words: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]

    renovation: Mapped[Renovation] = relationship(lazy="raise")


class RenovationAlteration(Versioned, Base):
    """拆改 (D08): a wall, a pipe, a façade that is to be changed; each is decided by itself."""

    __tablename__ = "renovation_alteration"
    __table_args__ = (
        CheckConstraint("decision = 'asked' OR decided_at IS NOT NULL", name="decided"),
        CheckConstraint("decided_by_id <> asked_by_id", name="four_eyes"),
        UniqueConstraint("key"),
        Index("ix_renovation_alteration_renovation_id", "renovation_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    renovation_id: Mapped[int] = mapped_column(ForeignKey("renovation.id"))
    what: Mapped[str]
    place: Mapped[str]
    bears: Mapped[bool]  # carries load: only with the drawing of whoever may design it
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    decision: Mapped[Decision] = mapped_column(default=Decision.asked)
    words: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_by: Mapped[str]
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_by: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[Moment | None]

    renovation: Mapped[Renovation] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")


def _step(sources: Any, target: RenovationState | None, permission: Permission, title: Any, **given: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title, **given)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    change=_step(BEFORE_PERMIT, None, P.renovation_log, _l("Change the application")),
    complete=_step((S.applied,), S.complete, P.renovation_log, _l("The papers are complete")),
    examine=_step((S.complete,), S.reviewed, P.renovation_check, _l("Examined: can be built so")),
    give_back=_step((S.complete, S.reviewed), S.applied, P.renovation_check, _l("Give the papers back")),
    refuse=_step((S.applied, S.complete, S.reviewed), S.refused, P.renovation_decide, _l("Turn the application down")),
    sign=_step((S.reviewed,), S.agreed, P.renovation_log, _l("The agreement is signed")),
    permit=_step((S.agreed,), S.permitted, P.renovation_decide, _l("Issue the permit")),
    begin=_step((S.permitted,), S.under_way, P.renovation_log, _l("Work has begun")),
    extend=_step(ON_SITE, None, P.renovation_log, _l("Ask for an extension")),
    stop=_step((S.permitted, S.under_way), S.stopped, P.renovation_decide, _l("Stop the renovation")),
    resume=_step((S.stopped,), S.under_way, P.renovation_decide, _l("Let the work go on")),
    finish=_step((S.under_way,), S.completion, P.renovation_log, _l("Apply for acceptance")),
    pass_first=_step((S.completion, S.fixing), S.waiting, P.renovation_check, _l("First check: passed")),
    fail_first=_step((S.completion, S.fixing), S.fixing, P.renovation_check, _l("First check: to be put right")),
    pass_second=_step((S.waiting, S.mending), S.checked, P.renovation_check, _l("Second check: passed")),
    fail_second=_step((S.waiting, S.mending), S.mending, P.renovation_check, _l("Second check: to be put right")),
    shorten=_step((S.waiting,), None, P.renovation_decide, _l("Shorten the waiting period")),
    settle=_step((S.checked,), S.settled, P.renovation_decide, _l("The deposit is settled")),
    close=_step((S.settled,), S.closed, P.renovation_log, _l("Close the renovation")),
    reopen=_step((S.settled, S.closed), S.checked, P.renovation_decide, _l("Open the settlement again")),
    withdraw=_step((*BEFORE_PERMIT, S.permitted), S.withdrawn, P.renovation_log, _l("Withdraw the application")),
)
