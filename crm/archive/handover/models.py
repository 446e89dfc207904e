"""A hand-over and what stands in it. Lists, signatures, checks, deadlines and register entries only grow."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.credit.models import Project
from crm.archive.dossiers.models import Dossier
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only


class HandoverState(StrEnum):
    preparing = "preparing"
    with_b = "with_b"
    supplementing = "supplementing"
    coded = "coded"
    checking = "checking"  # submitted: the archivist has it
    filed = "filed"


STATE_TITLES = {
    HandoverState.preparing: _l("A prepares"),
    HandoverState.with_b: _l("B audits"),
    HandoverState.supplementing: _l("Being supplemented"),
    HandoverState.coded: _l("Coded, to be submitted"),
    HandoverState.checking: _l("The archivist checks"),
    HandoverState.filed: _l("Filed"),
}


class Party(StrEnum):
    """The three who sign."""

    a = "a"
    b = "b"
    archivist = "archivist"


PARTY_TITLES = {Party.a: _l("A"), Party.b: _l("B"), Party.archivist: _l("Archivist")}


class Handover(Versioned, Base):
    """One for each sealed dossier. Who A and B are today, the project says."""

    __tablename__ = "handover"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), unique=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), unique=True)
    state: Mapped[HandoverState]
    opened_at: Mapped[Moment]
    archivist_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who received it

    project: Mapped[Project] = relationship(lazy="raise")
    dossier: Mapped[Dossier] = relationship(lazy="raise")
    lists: Mapped[list[ListVersion]] = relationship(lazy="raise", order_by="ListVersion.version", viewonly=True)


class HandoverStep(Base):
    """A step of the path with who took it, when and why: the times both clocks are judged by."""

    __tablename__ = "handover_step"
    __table_args__ = (Index("ix_handover_step_handover_id", "handover_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    action: Mapped[str]
    source: Mapped[HandoverState]
    target: Mapped[HandoverState]
    reason: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    taken_at: Mapped[Moment]


class ListVersion(Base):
    """册内资料清单 as issued: `content` is frozen, `hash` is the SHA-256 of its canonical JSON.

    The newest one holds; whatever was signed on an older one is kept and void (L-11).
    """

    __tablename__ = "list_version"
    __table_args__ = (UniqueConstraint("handover_id", "version"), CheckConstraint("version >= 1", name="version"))
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(unique=True)
    pages: Mapped[int]
    sheets: Mapped[int]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment]

    signatures: Mapped[list[ListSignature]] = relationship(lazy="raise", order_by="ListSignature.id", viewonly=True)


class Grade(StrEnum):
    """How much a signature proves (2.6), strongest first."""

    ink_scan = "ink_scan"
    reliable = "reliable"  # CA or USB key
    password_code_drawn = "password_code_drawn"  # noqa: S105 - a grade, no password
    password = "password"  # noqa: S105 - a grade, no password


GRADE_TITLES = {
    Grade.ink_scan: _l("Scan of the signature in ink"),
    Grade.reliable: _l("Reliable electronic signature (certificate)"),
    Grade.password_code_drawn: _l("Password and drawn signature"),
    Grade.password: _l("Password"),
}


class ListSignature(Base):
    """A signature of one party on one list, bound to its hash."""

    __tablename__ = "list_signature"
    __table_args__ = (
        Index("ix_list_signature_version_id", "version_id"),
        Index("ix_list_signature_signer_id", "signer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("list_version.id"))
    party: Mapped[Party]
    signer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    grade: Mapped[Grade]
    hash: Mapped[str]  # of the list, as it was when signed
    drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    address: Mapped[str]
    signed_at: Mapped[Moment]

    signer: Mapped[User] = relationship(lazy="raise")
    void: Mapped[SignatureVoid | None] = relationship(lazy="raise", viewonly=True)


class SignatureVoid(Base):
    """A signature taken back with a reason: it is kept, and no longer counts."""

    __tablename__ = "signature_void"
    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("list_signature.id"), unique=True)
    reason: Mapped[str]
    voided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[Moment]


class LineCheck(Base):
    """A line of the list against the paper, ticked or not by B or the archivist; the newest of each party counts.

    Bound to the line as it was read (`line_hash`): a line that was changed since has to be checked again.
    """

    __tablename__ = "line_check"
    __table_args__ = (Index("ix_line_check_handover_id", "handover_id", "item_id", "party"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    item_id: Mapped[int]  # no foreign key: a line that A took out again keeps its checks
    line_hash: Mapped[str]
    party: Mapped[Party]
    matches: Mapped[bool]  # name, pages and form as the list says
    signed: Mapped[bool]  # the signatures it needs are there
    note: Mapped[str] = mapped_column(default="")
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[Moment]


class SupplementList(Base):
    """补充资料清单 of B to A; none of its lines stops a clock (A-04)."""

    __tablename__ = "supplement_list"
    __table_args__ = (UniqueConstraint("handover_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    number: Mapped[int]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment]

    lines: Mapped[list[SupplementLine]] = relationship(lazy="raise", order_by="SupplementLine.id")


class LineKind(StrEnum):
    missing_document = "missing_document"
    missing_signature = "missing_signature"


LINE_TITLES = {
    LineKind.missing_document: _l("Document missing"),
    LineKind.missing_signature: _l("Signature missing"),
}


class LineState(StrEnum):
    open = "open"
    provided = "provided"
    verified = "verified"
    waived = "waived"


LINE_STATE_TITLES = {
    LineState.open: _l("Open"),
    LineState.provided: _l("Provided, to be checked"),
    LineState.verified: _l("Checked by B"),
    LineState.waived: _l("Waived"),
}


class SupplementLine(Versioned, Base):
    """Closes only by B's check, or by a waiver of somebody with the right to approve."""

    __tablename__ = "supplement_line"
    __table_args__ = (
        CheckConstraint("state <> 'waived' OR (decided_by_id IS NOT NULL AND reason <> '')", name="waived"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("supplement_list.id"), index=True)
    kind: Mapped[LineKind]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("dossier_item.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("template_slot.id"))
    wanted: Mapped[str]
    state: Mapped[LineState]
    provided: Mapped[str] = mapped_column(default="")  # what A says was brought
    reason: Mapped[str] = mapped_column(default="")  # of a bounce or a waiver
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]


class Clock(StrEnum):
    a = "a"  # A to B: 3 working days from the project's end
    b = "b"  # B to the archive room: 2 working days from the receipt
    total = "total"  # 5 working days from the project's end, reported apart


CLOCK_TITLES = {Clock.a: _l("A to B"), Clock.b: _l("B to the archive room"), Clock.total: _l("Altogether")}


class Deadline(Base):
    """A due date as it was reckoned, by which calendar, firm or provisional (I12); the newest of each clock holds."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_handover_id", "handover_id", "clock", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    clock: Mapped[Clock]
    starts_on: Mapped[date]
    days: Mapped[int]
    due_on: Mapped[date]
    provisional: Mapped[bool]
    calendar_version: Mapped[int]
    cause: Mapped[str]  # "start", "postponement", "notice", "end_correction"
    postponement_id: Mapped[int | None] = mapped_column(ForeignKey("postponement.id"))
    reckoned_at: Mapped[Moment]


class AskState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"


ASK_TITLES = {AskState.asked: _l("Asked for"), AskState.approved: _l("Approved"), AskState.refused: _l("Refused")}


class Postponement(Versioned, Base):
    """Asked for with a reason, approved by rank; asked for after the due date it stays marked 逾期后补批 (L-18)."""

    __tablename__ = "postponement"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint("new_due > old_due", name="later"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    clock: Mapped[Clock]
    reason: Mapped[str]
    old_due: Mapped[date]
    new_due: Mapped[date]
    after_due: Mapped[bool]
    state: Mapped[AskState]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")


class RegisterEntry(Base):
    """登记本: what was received, under a gapless serial, signed by B and the archivist (L-20)."""

    __tablename__ = "register_entry"
    __table_args__ = (CheckConstraint("giver_id <> archivist_id", name="two_people"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), unique=True)
    title: Mapped[str]
    received_on: Mapped[date]
    entered_at: Mapped[Moment]
    giver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    archivist_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


for grows in (
    HandoverStep,
    ListVersion,
    ListSignature,
    SignatureVoid,
    LineCheck,
    SupplementList,
    Deadline,
    RegisterEntry,
):
    append_only(grows)
