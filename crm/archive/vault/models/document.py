"""A title document, and whose hands or which place it is in: one open interval, never edited (I2)."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Dossier, Location
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only


class TitleKind(StrEnum):
    """The six of L-22."""

    client_ownership = "client_ownership"
    guarantor_ownership = "guarantor_ownership"
    other_right = "other_right"  # 他项权证
    chattel_mortgage = "chattel_mortgage"
    equity_pledge = "equity_pledge"
    other_ownership = "other_ownership"


KIND_TITLES = {
    TitleKind.client_ownership: _l("Client's certificate of ownership"),
    TitleKind.guarantor_ownership: _l("Guarantor's certificate of ownership"),
    TitleKind.other_right: _l("Certificate of other rights"),
    TitleKind.chattel_mortgage: _l("Notice of registered chattel mortgage"),
    TitleKind.equity_pledge: _l("Notice of registered equity pledge"),
    TitleKind.other_ownership: _l("Other certificate of ownership"),
}


class TitleState(StrEnum):
    """Where it stands; each arrow behind `received` is a voucher and two people."""

    expected = "expected"  # still with the registry or the client
    with_a = "with_a"
    verifying = "verifying"  # on an issued transfer list
    received = "received"  # signed over to the custodian, not yet in the safe
    in_vault = "in_vault"
    out = "out"  # for a time: registration, court, extension
    released = "released"
    lost = "lost"
    replaced = "replaced"  # after registration, by the new certificate that came back
    void = "void"  # entered wrongly, before anybody received it


STATE_TITLES = {
    TitleState.expected: _l("Expected"),
    TitleState.with_a: _l("With A"),
    TitleState.verifying: _l("Being verified"),
    TitleState.received: _l("Received, not yet in the safe"),
    TitleState.in_vault: _l("In the vault"),
    TitleState.out: _l("Out for a time"),
    TitleState.released: _l("Released to the client"),
    TitleState.lost: _l("Lost"),
    TitleState.replaced: _l("Replaced by a new certificate"),
    TitleState.void: _l("Void"),
}
KEPT = (TitleState.received, TitleState.in_vault, TitleState.out)  # the company answers for it
STANDING = "state NOT IN ('void', 'released', 'replaced')"
OPEN = text("ends_at IS NULL")


class TitleDocument(Versioned, Base):
    """It belongs to the dossier's title file, which has the dossier's number: the same row, not a copy (L-31).

    `quantity`: sheets or booklets under this certificate number, moved as one.
    """

    __tablename__ = "title_document"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("state IN ('expected', 'void') OR certificate_no <> ''", name="certificate"),
        CheckConstraint("state IN ('expected', 'void') OR obtained_at IS NOT NULL", name="obtained"),
        CheckConstraint("(state = 'void') = (void_reason <> '')", name="void"),
        CheckConstraint("(void_asked = '') = (void_asked_by_id IS NULL)", name="void_asked"),
        Index(
            "uq_title_document_standing",
            "certificate_no",
            unique=True,
            sqlite_where=text(f"{STANDING} AND certificate_no <> ''"),
            postgresql_where=text(f"{STANDING} AND certificate_no <> ''"),
        ),
        Index("ix_title_document_state", "state", "obtained_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    kind: Mapped[TitleKind]
    name: Mapped[str]
    certificate_no: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str] = mapped_column(default="")
    issued_by: Mapped[str] = mapped_column(default="")  # the registry
    note: Mapped[str] = mapped_column(default="")
    collateral_id: Mapped[int | None] = mapped_column(ForeignKey("collateral.id"), index=True)
    state: Mapped[TitleState]
    obtained_at: Mapped[Moment | None]  # by A: from then it is to reach the vault at once (L-25)
    void_reason: Mapped[str] = mapped_column(default="")
    void_asked: Mapped[str] = mapped_column(
        default=""
    )  # why A or B wants it void while A has it: a second one confirms
    void_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("title_document.id"), unique=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    dossier: Mapped[Dossier] = relationship(lazy="raise")


class TitleCustody(Base):
    """In somebody's hands, at a place in a safe, or outside with somebody named; exactly one is open from the day A
    has it."""

    __tablename__ = "title_custody"
    __table_args__ = (
        CheckConstraint(
            "(holder_id IS NOT NULL AND location_id IS NULL AND outside = '') OR "
            "(holder_id IS NULL AND location_id IS NOT NULL AND outside = '') OR "
            "(holder_id IS NULL AND location_id IS NULL AND outside <> '')",
            name="one_place",
        ),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="order"),
        Index("ix_title_custody_open", "document_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_title_custody_document_id_starts_at", "document_id", "starts_at"),
        Index("ix_title_custody_location_id", "location_id", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("title_document.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"))
    outside: Mapped[str] = mapped_column(default="")
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("title_transfer.id"))
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("title_voucher.id"))
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # who answers for it (L-05)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment | None]
    cause: Mapped[str]
    caused_by: Mapped[str]

    holder: Mapped[User | None] = relationship(lazy="raise", foreign_keys=holder_id)
    location: Mapped[Location | None] = relationship(lazy="raise")


class Delay(StrEnum):
    """How late it is on its way from A into the vault (A-14)."""

    alarm = "alarm"  # the working day on which A obtained it is over
    breach = "breach"  # the next one is over as well


DELAY_TITLES = {
    Delay.alarm: _l("Not in the vault the same working day"),
    Delay.breach: _l("Not in the vault by the next working day"),
}


class TitleReminder(Base):
    """Told once of each delay."""

    __tablename__ = "title_reminder"
    document_id: Mapped[int] = mapped_column(ForeignKey("title_document.id"), primary_key=True)
    delay: Mapped[Delay] = mapped_column(primary_key=True)
    told_at: Mapped[Moment]


append_only(TitleReminder)
