"""补充归档单: a document that comes after filing, registered by the archivist and confirmed by its giver (2.4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.handover.models.handover import Handover
from crm.archive.handover.models.lists import Grade
from crm.auth.models import User
from crm.db import Base, Moment, Versioned, append_only

LATE_ADDRESS = "/archive/handover/late/{}"  # of a slip's page; the bell is rung where `url_for` has no request


class LateState(StrEnum):
    pending = "pending"  # registered; the giver has not confirmed
    filed = "filed"
    declined = "declined"
    withdrawn = "withdrawn"


LATE_TITLES = {
    LateState.pending: _l("To be confirmed"),
    LateState.filed: _l("Filed"),
    LateState.declined: _l("Declined by the giver"),
    LateState.withdrawn: _l("Withdrawn by the archivist"),
}


class LatePart(StrEnum):
    """The two who sign a supplement."""

    giver = "giver"
    archivist = "archivist"


PART_TITLES = {LatePart.giver: _l("Given by"), LatePart.archivist: _l("Archivist")}


class LateFiling(Versioned, Base):
    """`content` is what both sign, frozen with its SHA-256; once filed it names document and list version.

    The database refuses one person for both, `filed` without two signatures, and any change once it is decided.
    """

    __tablename__ = "late_filing"
    __table_args__ = (
        CheckConstraint("giver_id IS NULL OR giver_id <> archivist_id", name="two_people"),
        CheckConstraint("(state = 'filed') = (item_id IS NOT NULL)", name="item"),
        CheckConstraint("(state = 'filed') = (list_version_id IS NOT NULL)", name="list"),
        CheckConstraint(
            "state <> 'declined' OR (decision <> '' AND giver_id IS NOT NULL AND decided_by_id = giver_id)",
            name="declined",
        ),
        CheckConstraint("state <> 'withdrawn' OR (decision <> '' AND decided_by_id IS NOT NULL)", name="withdrawn"),
        Index("ix_late_filing_giver_id", "giver_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("template_slot.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: not of this company
    archivist_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str]
    registered_at: Mapped[Moment]
    state: Mapped[LateState]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("dossier_item.id"), unique=True)
    list_version_id: Mapped[int | None] = mapped_column(ForeignKey("list_version.id"), unique=True)
    decision: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    handover: Mapped[Handover] = relationship(lazy="raise")
    archivist: Mapped[User] = relationship(lazy="raise", foreign_keys=archivist_id)
    signatures: Mapped[list[LateSignature]] = relationship(lazy="raise", order_by="LateSignature.id", viewonly=True)

    def signature_of(self, part: LatePart) -> LateSignature | None:
        return next((each for each in self.signatures if each.part is part), None)


class LateSignature(Base):
    """Under the slip's hash. Whoever is no account signs in ink, and the scan is kept."""

    __tablename__ = "late_signature"
    __table_args__ = (
        UniqueConstraint("filing_id", "part"),
        UniqueConstraint("filing_id", "signer_id", name="uq_late_signature_two_people"),
        CheckConstraint(
            "signer_id IS NOT NULL OR (part = 'giver' AND grade = 'ink_scan' AND scan_id IS NOT NULL)", name="ink"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("late_filing.id"))
    part: Mapped[LatePart]
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    grade: Mapped[Grade]
    hash: Mapped[str]  # of the slip, as it was when signed
    drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    address: Mapped[str]
    signed_at: Mapped[Moment]


append_only(LateSignature)
