"""权证出入库单: the only way into and out of a safe, carried out by two people in one another's presence (L-24)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Location
from crm.archive.vault.models.document import TitleDocument
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only
from crm.numbering import Number


class Direction(StrEnum):
    into = "into"
    out = "out"


DIRECTION_TITLES = {Direction.into: _l("Into the vault"), Direction.out: _l("Out of the vault")}


class Purpose(StrEnum):
    receipt = "receipt"  # from a transfer list
    back = "back"
    found = "found"
    not_handed_out = "not_handed_out"  # a release was confirmed by mistake
    moved = "moved"  # from one place of a safe to another
    registration = "registration"
    court = "court"
    extension = "extension"
    release = "release"
    loss = "loss"


PURPOSE_TITLES = {
    Purpose.receipt: _l("Received from A and B"),
    Purpose.back: _l("Back from outside"),
    Purpose.found: _l("Found again"),
    Purpose.not_handed_out: _l("Release confirmed by mistake, not handed out"),
    Purpose.moved: _l("Moved to another place"),
    Purpose.registration: _l("Registration to be changed"),
    Purpose.court: _l("For a court"),
    Purpose.extension: _l("Loan or guarantee to be extended"),
    Purpose.release: _l("Given back to the client"),
    Purpose.loss: _l("Written off as lost"),
}
INTO = (Purpose.receipt, Purpose.back, Purpose.found, Purpose.not_handed_out, Purpose.moved)
FOR_A_TIME = (Purpose.registration, Purpose.court, Purpose.extension)  # they come back by a day


class VoucherState(StrEnum):
    asked = "asked"  # what goes out waits for the general manager or the chairman
    ready = "ready"
    refused = "refused"
    done = "done"
    cancelled = "cancelled"


VOUCHER_TITLES = {
    VoucherState.asked: _l("Waits for approval"),
    VoucherState.ready: _l("Waits for two people"),
    VoucherState.refused: _l("Turned down"),
    VoucherState.done: _l("Carried out by two"),
    VoucherState.cancelled: _l("Cancelled"),
}


class TitleVoucher(Versioned, Base):
    """`authority`: by what it moves (a list's number, a court's order, the settlement).

    Out of the vault only as another than asked approved; carried out by the custodian and somebody else, both present.
    """

    __tablename__ = "title_voucher"
    __table_args__ = (
        CheckConstraint(
            "(direction = 'into') = (purpose IN ('receipt', 'back', 'found', 'not_handed_out', 'moved'))",
            name="direction",
        ),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="not_oneself"),
        CheckConstraint("custodian_id IS NULL OR custodian_id <> witness_id", name="two_people"),
        CheckConstraint("decided_by_id IS NULL OR witness_id IS NULL OR witness_id <> decided_by_id", name="decider"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        CheckConstraint("state <> 'done' OR (custodian_id IS NOT NULL AND witness_id IS NOT NULL)", name="both"),
        CheckConstraint("direction = 'into' OR state NOT IN ('ready', 'done') OR decided_by_id IS NOT NULL", name="by"),
        CheckConstraint(
            "purpose NOT IN ('registration', 'court', 'extension') OR back_on IS NOT NULL", name="comes_back"
        ),
        CheckConstraint(
            "purpose <> 'release' OR state <> 'done' OR "
            "(proof_id IS NOT NULL AND receipt_id IS NOT NULL AND receiver <> '')",
            name="released",
        ),
        CheckConstraint("state NOT IN ('refused', 'cancelled') OR ended_reason <> ''", name="reason"),
        Index("ix_title_voucher_state", "state"),
        Index("ix_title_voucher_done_at", "done_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    direction: Mapped[Direction]
    purpose: Mapped[Purpose]
    state: Mapped[VoucherState]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("title_transfer.id"), unique=True)
    reason: Mapped[str]
    authority: Mapped[str]
    back_on: Mapped[date | None]
    receiver: Mapped[str] = mapped_column(default="")  # who takes it outside, by name
    receiver_sealed: Mapped[str] = mapped_column(default="")  # the ID number shown, sealed
    receiver_index: Mapped[str] = mapped_column(default="")  # its blind index: another number is another voucher
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # of the first line; each has its own
    power_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # of attorney, of whoever is not the client
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # signed by the receiver
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the voucher, signed in ink (2.6)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[Moment | None]
    ended_reason: Mapped[str] = mapped_column(default="")

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)
    custodian: Mapped[User | None] = relationship(lazy="raise", foreign_keys=custodian_id)
    witness: Mapped[User | None] = relationship(lazy="raise", foreign_keys=witness_id)
    lines: Mapped[list[VoucherLine]] = relationship(
        lazy="raise", order_by="VoucherLine.id", foreign_keys="VoucherLine.voucher_id", viewonly=True
    )


class VoucherLine(Base):
    """A document on a voucher; `location_id`: where in a safe it is laid or was taken from. Live lines are unique per
    document: `open` is true until its voucher ended."""

    __tablename__ = "title_voucher_line"
    __table_args__ = (
        UniqueConstraint("voucher_id", "document_id"),
        Index(
            "uq_title_voucher_line_open",
            "document_id",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("ix_title_voucher_line_document_id", "document_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("title_voucher.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("title_document.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"))
    open: Mapped[bool] = mapped_column(default=True)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # that it is free, when it was approved
    new_certificate_no: Mapped[str] = mapped_column(default="")  # of what comes back with another number
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("title_voucher.id"))  # the loss that took it over

    document: Mapped[TitleDocument] = relationship(lazy="raise")
    location: Mapped[Location | None] = relationship(lazy="raise")


class Prolongation(Versioned, Base):
    """More time for what is out: asked by one, decided by another of the rank."""

    __tablename__ = "title_prolongation"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="not_oneself"),
        CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_title_prolongation_open",
            "voucher_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("title_voucher.id"))
    until: Mapped[date]
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    approved: Mapped[bool | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    words: Mapped[str] = mapped_column(default="")

    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)


class Outstay(StrEnum):
    """What stays out is told of at its day, and days later to who approved it."""

    due = "due"
    late = "late"


class OutReminder(Base):
    """Told once of each day by which it was to be back."""

    __tablename__ = "title_out_reminder"
    voucher_id: Mapped[int] = mapped_column(ForeignKey("title_voucher.id"), primary_key=True)
    back_on: Mapped[date] = mapped_column(primary_key=True)
    outstay: Mapped[Outstay] = mapped_column(primary_key=True)
    told_at: Mapped[Moment]


class Part(StrEnum):
    custodian = "custodian"
    witness = "witness"


PART_TITLES = {Part.custodian: _l("Title custodian"), Part.witness: _l("Second person")}


class Presence(Base):
    """One of the two has said with the own password to stand before the safe; the other has to within minutes."""

    __tablename__ = "title_presence"
    __table_args__ = (Index("ix_title_presence_voucher_id", "voucher_id", "part", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("title_voucher.id"))
    part: Mapped[Part]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    seen: Mapped[str]  # the hash of the voucher as it was shown
    address: Mapped[str]
    confirmed_at: Mapped[Moment]


append_only(Presence)
append_only(OutReminder)
