"""重要权证移交清单: issued by A, three fields of each line ticked by all three, signed by all three (L-26…L-28)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.handover.models import Grade, Party
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only
from crm.numbering import Number

ISSUED = text("state = 'issued'")


class TransferState(StrEnum):
    issued = "issued"
    complete = "complete"  # the three have signed: the custodian has the documents
    withdrawn = "withdrawn"


TRANSFER_TITLES = {
    TransferState.issued: _l("Being verified"),
    TransferState.complete: _l("Signed and received"),
    TransferState.withdrawn: _l("Withdrawn"),
}


class TitleTransfer(Versioned, Base):
    """`content` is frozen, `hash` the SHA-256 of its canonical JSON. A and B are those of the day it was issued."""

    __tablename__ = "title_transfer"
    __table_args__ = (
        CheckConstraint("a_id <> b_id", name="a_and_b"),
        CheckConstraint("custodian_id IS NULL OR custodian_id NOT IN (a_id, b_id)", name="custodian"),
        CheckConstraint("(state = 'complete') = (completed_at IS NOT NULL)", name="complete"),
        CheckConstraint("state <> 'complete' OR custodian_id IS NOT NULL", name="received"),
        CheckConstraint("(state = 'withdrawn') = (reason <> '')", name="withdrawn"),
        Index("ix_title_transfer_issued", "dossier_id", sqlite_where=ISSUED, postgresql_where=ISSUED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    state: Mapped[TransferState]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(unique=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    b_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    issued_at: Mapped[Moment]
    completed_at: Mapped[Moment | None]
    reason: Mapped[str] = mapped_column(default="")  # why it was withdrawn

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    a: Mapped[User] = relationship(lazy="raise", foreign_keys=a_id)
    b: Mapped[User] = relationship(lazy="raise", foreign_keys=b_id)
    custodian: Mapped[User | None] = relationship(lazy="raise", foreign_keys=custodian_id)


class TransferLine(Base):
    """A document as the list says it is."""

    __tablename__ = "title_transfer_line"
    __table_args__ = (UniqueConstraint("transfer_id", "document_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("title_transfer.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("title_document.id"), index=True)
    name: Mapped[str]
    certificate_no: Mapped[str]
    quantity: Mapped[int]


class TitleTick(Base):
    """Name, certificate number and quantity of a line against the paper, by one party; the newest of each counts."""

    __tablename__ = "title_tick"
    __table_args__ = (Index("ix_title_tick_line_id", "line_id", "party", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("title_transfer_line.id"))
    party: Mapped[Party]
    name: Mapped[bool]
    certificate_no: Mapped[bool]
    quantity: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    ticked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    ticked_at: Mapped[Moment]

    @property
    def agrees(self) -> bool:
        return self.name and self.certificate_no and self.quantity


class TitleSignature(Base):
    """Of one party on one list, bound to its hash; the custodian's completes it."""

    __tablename__ = "title_signature"
    __table_args__ = (
        UniqueConstraint("transfer_id", "party"),
        UniqueConstraint("transfer_id", "signer_id", name="uq_title_signature_one_party"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("title_transfer.id"))
    party: Mapped[Party]
    signer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    grade: Mapped[Grade]
    hash: Mapped[str]
    drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    address: Mapped[str]
    signed_at: Mapped[Moment]

    signer: Mapped[User] = relationship(lazy="raise")


for grows in (TransferLine, TitleTick, TitleSignature):
    append_only(grows)
