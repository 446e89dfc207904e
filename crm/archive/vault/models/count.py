"""Blind counts by two people, the end of each day, and what is missing or damaged."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models import Location
from crm.archive.vault.models.document import TitleDocument
from crm.archive.vault.models.voucher import Part
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only
from crm.numbering import Number

LIVE = text("state IN ('ordered', 'open', 'counted')")


class CountKind(StrEnum):
    scheduled = "scheduled"
    surprise = "surprise"
    handover = "handover"


COUNT_KIND_TITLES = {
    CountKind.scheduled: _l("Scheduled"),
    CountKind.surprise: _l("By surprise"),
    CountKind.handover: _l("At a change of custodian"),
}


class CountState(StrEnum):
    """`ordered`: nobody is named yet; of a count by surprise only those know who may order one.

    `open`: two are named, neither sees what the books say; nothing moves in or out of the safe until it is counted.
    """

    ordered = "ordered"
    open = "open"
    counted = "counted"
    signed = "signed"
    cancelled = "cancelled"


COUNT_TITLES = {
    CountState.ordered: _l("Ordered"),
    CountState.open: _l("Being counted"),
    CountState.counted: _l("Counted, to be signed"),
    CountState.signed: _l("Signed"),
    CountState.cancelled: _l("Cancelled"),
}


class VaultCount(Versioned, Base):
    """Of one safe. The first and the second count and sign, named when it begins; `expected` and `found` are set when
    the sheet is handed in; `sheet` is the one that counts, those before it were superseded and are kept."""

    __tablename__ = "vault_count"
    __table_args__ = (
        CheckConstraint("first_id IS NULL OR first_id <> second_id", name="two_people"),
        CheckConstraint(
            "state IN ('ordered', 'cancelled') OR (first_id IS NOT NULL AND second_id IS NOT NULL)", name="counters"
        ),
        CheckConstraint("state NOT IN ('counted', 'signed') OR counted_at IS NOT NULL", name="counted"),
        CheckConstraint("state <> 'signed' OR signed_at IS NOT NULL", name="signed"),
        CheckConstraint("(state = 'cancelled') = (reason <> '')", name="reason"),
        Index("uq_vault_count_live", "safe_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_vault_count_ordered_at", "ordered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    kind: Mapped[CountKind]
    state: Mapped[CountState]
    safe_id: Mapped[int] = mapped_column(ForeignKey("archive_location.id"))
    due_on: Mapped[date]
    ordered_by: Mapped[str]
    ordered_at: Mapped[Moment]
    opened_at: Mapped[Moment | None]
    first_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counted_at: Mapped[Moment | None]
    signed_at: Mapped[Moment | None]
    expected: Mapped[int | None]
    found: Mapped[int | None]
    sheet: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(default="")

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    safe: Mapped[Location] = relationship(lazy="raise")
    first: Mapped[User | None] = relationship(lazy="raise", foreign_keys=first_id)
    second: Mapped[User | None] = relationship(lazy="raise", foreign_keys=second_id)


class CountFound(Base):
    """A line of the sheet as it was written at the safe, before anybody saw the books; `document_id` is meant by it."""

    __tablename__ = "vault_count_found"
    __table_args__ = (CheckConstraint("pieces >= 1", name="pieces"), Index("ix_vault_count_found_count_id", "count_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("vault_count.id"))
    sheet: Mapped[int] = mapped_column(default=1)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("title_document.id"))
    certificate_no: Mapped[str]
    pieces: Mapped[int]


class Difference(StrEnum):
    missing = "missing"
    unexpected = "unexpected"
    misplaced = "misplaced"
    quantity = "quantity"


DIFFERENCE_TITLES = {
    Difference.missing: _l("Not found in the safe"),
    Difference.unexpected: _l("Not in the books"),
    Difference.misplaced: _l("In another place"),
    Difference.quantity: _l("Another quantity"),
}


class Variance(Base):
    """What differs, each explained before the two sign."""

    __tablename__ = "vault_variance"
    __table_args__ = (
        CheckConstraint("(explained_at IS NULL) = (explanation = '')", name="explained"),
        Index("ix_vault_variance_count_id", "count_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("vault_count.id"))
    sheet: Mapped[int] = mapped_column(default=1)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("title_document.id"), index=True)
    kind: Mapped[Difference]
    certificate_no: Mapped[str]
    expected: Mapped[int]
    found: Mapped[int]
    explanation: Mapped[str] = mapped_column(default="")
    explained_by: Mapped[str] = mapped_column(default="")
    explained_at: Mapped[Moment | None]
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("title_incident.id"))

    document: Mapped[TitleDocument | None] = relationship(lazy="raise")


class CountSignature(Base):
    __tablename__ = "vault_count_signature"
    __table_args__ = (UniqueConstraint("count_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("vault_count.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    hash: Mapped[str]  # of what was found and explained
    signed_at: Mapped[Moment]


class DayEnd(Base):
    """The vault's day: what was there, came, went and is there, counted by two (L-24)."""

    __tablename__ = "vault_day_end"
    __table_args__ = (
        CheckConstraint("closing = opening + came_in - went_out", name="sum"),
        CheckConstraint("counted = closing OR remark <> ''", name="explained"),
        CheckConstraint("custodian_id <> witness_id", name="two_people"),
        UniqueConstraint("day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    opening: Mapped[int]
    came_in: Mapped[int]
    went_out: Mapped[int]
    closing: Mapped[int]
    counted: Mapped[int]
    remark: Mapped[str] = mapped_column(default="")
    custodian_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    witness_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[Moment]

    custodian: Mapped[User] = relationship(lazy="raise", foreign_keys=custodian_id)
    witness: Mapped[User] = relationship(lazy="raise", foreign_keys=witness_id)


class DayPresence(Base):
    """One of the two has counted the vault at the end of a day; the other one's word within minutes seals it."""

    __tablename__ = "vault_day_presence"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted"),
        Index("ix_vault_day_presence_day", "day", "part", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    part: Mapped[Part]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    counted: Mapped[int]
    remark: Mapped[str] = mapped_column(default="")
    seen: Mapped[str]  # the hash of the day's sheet with what was counted
    address: Mapped[str]
    confirmed_at: Mapped[Moment]


class IncidentKind(StrEnum):
    loss = "loss"
    damage = "damage"
    unexpected = "unexpected"
    shortage = "shortage"  # fewer pieces than booked, or fewer documents at the end of a day


INCIDENT_TITLES = {
    IncidentKind.loss: _l("Lost"),
    IncidentKind.damage: _l("Damaged"),
    IncidentKind.unexpected: _l("Found without being in the books"),
    IncidentKind.shortage: _l("Fewer than the books say"),
}


class TitleIncident(Versioned, Base):
    """Open until it says how it ended."""

    __tablename__ = "title_incident"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (result = '')", name="closed"),
        CheckConstraint("closed_by_id IS NULL OR closed_by_id <> reported_by_id", name="two_people"),
        Index("ix_title_incident_closed_at", "closed_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    kind: Mapped[IncidentKind]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("title_document.id"), index=True)
    description: Mapped[str]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reported_at: Mapped[Moment]
    result: Mapped[str] = mapped_column(default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[Moment | None]

    number: Mapped[Number] = relationship(lazy="joined", innerjoin=True)
    document: Mapped[TitleDocument | None] = relationship(lazy="raise")
    reported_by: Mapped[User] = relationship(lazy="raise", foreign_keys=reported_by_id)
    closed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=closed_by_id)


class IncidentNote(Base):
    """What was done about it, and when: notice to the police, 挂失, notice to the client."""

    __tablename__ = "title_incident_note"
    __table_args__ = (Index("ix_title_incident_note_incident_id", "incident_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("title_incident.id"))
    words: Mapped[str]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    noted_by: Mapped[str]
    noted_at: Mapped[Moment]


for grows in (CountFound, CountSignature, DayEnd, DayPresence, IncidentNote):
    append_only(grows)
