"""What is put right after filing, and what was printed: records of their own, the filed rows stay (2.4)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.workflow import Step, Workflow


class AskState(StrEnum):
    asked = "asked"
    approved = "approved"
    refused = "refused"


ASK_TITLES = {
    AskState.asked: _l("Asked for"),
    AskState.approved: _l("Approved"),
    AskState.refused: _l("Turned down"),
}
WORKFLOW = Workflow(
    approve=Step(sources={AskState.asked}, target=AskState.approved, permission=Permission.archive_approve),
    refuse=Step(sources={AskState.asked}, target=AskState.refused, permission=Permission.archive_approve),
)


class Correction(Versioned, Base):
    """更正单: one field of a filed item or dossier; what is shown is `new` once it is approved, `old` a click away."""

    __tablename__ = "archive_correction"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided"),
        Index("ix_archive_correction_state", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("dossier_item.id"), index=True)
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    reason: Mapped[str]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    state: Mapped[AskState]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)


class Removal(Versioned, Base):
    """移出单: an item leaves with reason and receiver; a substitute sheet holds its place."""

    __tablename__ = "item_removal"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"), index=True)
    reason: Mapped[str]
    receiver: Mapped[str]
    state: Mapped[AskState]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[Moment]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Moment | None]
    decision: Mapped[str] = mapped_column(default="")

    asked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=asked_by_id)
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=decided_by_id)


class SupplementFiling(Base):
    """补充归档: a document that came after the dossier was filed, with who gave it and who took it (2.4)."""

    __tablename__ = "supplement_filing"
    __table_args__ = (CheckConstraint("giver_id IS NULL OR giver_id <> archivist_id", name="two_people"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"), unique=True)
    giver: Mapped[str]
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: not of this company
    archivist_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    filed_at: Mapped[Moment]

    archivist: Mapped[User] = relationship(lazy="raise", foreign_keys=archivist_id)


class SlotAbsence(Base):
    """An expected document that does not apply here, with the reason; the newest row of a slot counts (P-05)."""

    __tablename__ = "slot_absence"
    __table_args__ = (Index("ix_slot_absence_dossier_id", "dossier_id", "slot_code", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    slot_code: Mapped[str]  # the same in every edition
    absent: Mapped[bool]  # False: it applies again
    reason: Mapped[str]
    stated_by: Mapped[str]
    stated_at: Mapped[Moment]


class IssuedPrint(Base):
    """A list as it was printed: `/verify` says whether its content still is what holds.

    `content` is what the hash was taken of, so that a later reader sees what the paper said. One row for each
    content; the copies of one list share it.
    """

    __tablename__ = "issued_print"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # what paper: "handover_list", "item_list", …
    subject_id: Mapped[int]
    number: Mapped[str]  # as printed
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(unique=True)
    printed_by: Mapped[str]
    printed_at: Mapped[Moment]


for grows in (SupplementFiling, SlotAbsence, IssuedPrint):
    append_only(grows)
