"""A dossier and what lies in it. What is filed never changes: the database refuses it as well."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.dossiers.models.template import DossierKind, DossierTemplate, Form, TemplateSection, TemplateSlot
from crm.archive.numbers.models import ArchiveNumber
from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.workflow import Step, Workflow


class Mode(StrEnum):
    sealed = "sealed"  # closed once filed
    accretive = "accretive"  # lives; its items are filed one by one


class DossierState(StrEnum):
    """How a sealed dossier comes to be filed in detail stands in its hand-over."""

    forming = "forming"
    filed = "filed"
    open = "open"
    closed = "closed"
    destroyed = "destroyed"  # its number, its custody and what lay in it stay on record


STATE_TITLES = {
    DossierState.forming: _l("Being prepared"),
    DossierState.filed: _l("Filed"),
    DossierState.open: _l("Open"),
    DossierState.closed: _l("Closed"),
    DossierState.destroyed: _l("Destroyed"),
}


class Security(StrEnum):
    internal = "internal"
    confidential = "confidential"
    secret = "secret"  # noqa: S105 - a class, no password


SECURITY_TITLES = {
    Security.internal: _l("Internal"),
    Security.confidential: _l("Confidential"),
    Security.secret: _l("Secret"),
}


class Retention(StrEnum):
    permanent = "permanent"
    years_30 = "years_30"
    years_10 = "years_10"


RETENTION_TITLES = {
    Retention.permanent: _l("Permanent"),
    Retention.years_30: _l("30 years"),
    Retention.years_10: _l("10 years"),
}


CONTINUED = text("continued_in_id IS NOT NULL")
STANDING = text("state <> 'destroyed'")  # a matter may have a next dossier after one that was destroyed


class Dossier(Versioned, Base):
    """`subject_kind` and `subject_id` name the matter (a project, a customer) without knowing its table.

    `code` is what stands on the spine: the archive number, or, for a property customer, the unit with a serial
    (A-18), unique within the estate. `estate_id` decides who sees it; None is the loan and guarantee company's.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index(
            "uq_dossier_subject",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        UniqueConstraint("estate_id", "code"),
        CheckConstraint("(kind = 'property') = (mode = 'accretive')", name="mode"),
        CheckConstraint("(kind = 'property') = (estate_id IS NOT NULL)", name="estate"),
        CheckConstraint("state <> 'filed' OR (filed_at IS NOT NULL AND number_id IS NOT NULL)", name="filed"),
        Index("ix_dossier_kind_opened_on", "kind", "opened_on"),
        Index("ix_dossier_opened_on", "opened_on", "id"),
        Index("ix_dossier_continued_in_id", "continued_in_id", sqlite_where=CONTINUED, postgresql_where=CONTINUED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DossierKind]
    mode: Mapped[Mode]
    state: Mapped[DossierState]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    title: Mapped[str] = mapped_column(index=True)
    number_id: Mapped[int | None] = mapped_column(ForeignKey("archive_number.id"), unique=True)
    code: Mapped[str | None] = mapped_column(index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("dossier_template.id"))
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    security: Mapped[Security] = mapped_column(default=Security.internal)
    retention: Mapped[Retention] = mapped_column(default=Retention.years_30)
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    filed_at: Mapped[Moment | None]
    filed_by: Mapped[str] = mapped_column(default="")
    closed_on: Mapped[date | None]
    home_id: Mapped[int | None] = mapped_column(ForeignKey("archive_location.id"))  # where it belongs
    continued_in_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))  # what comes later

    number: Mapped[ArchiveNumber | None] = relationship(lazy="raise")
    template: Mapped[DossierTemplate] = relationship(lazy="raise")
    items: Mapped[list[Item]] = relationship(lazy="raise", order_by="(Item.section_id, Item.position)", viewonly=True)
    attachments: Mapped[list[Attachment]] = relationship(lazy="raise", order_by="Attachment.id", viewonly=True)
    volumes: Mapped[list[Volume]] = relationship(lazy="raise", order_by="(Volume.year, Volume.number)", viewonly=True)

    @property
    def sealed(self) -> bool:
        return self.mode is Mode.sealed


WORKFLOW = Workflow(
    file=Step(sources={DossierState.forming}, target=DossierState.filed, permission=Permission.dossier_keep),
    close=Step(sources={DossierState.open}, target=DossierState.closed, permission=Permission.dossier_keep),
    reopen=Step(sources={DossierState.closed}, target=DossierState.open, permission=Permission.dossier_keep),
    destroy=Step(
        sources={DossierState.forming, DossierState.filed, DossierState.closed},
        target=DossierState.destroyed,
        permission=Permission.disposal_keep,
    ),
)


class DossierReader(Base):
    """Who sees a dossier of the loan and guarantee company besides those who oversee them all: today's A and B."""

    __tablename__ = "dossier_reader"
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)


class Stage(StrEnum):
    """The four stages of P-04; use is an event, not a state."""

    collected = "collected"
    arranged = "arranged"
    filed = "filed"


STAGE_TITLES = {Stage.collected: _l("Collected"), Stage.arranged: _l("Arranged"), Stage.filed: _l("Filed")}


class Volume(Base):
    """册: the year of a living dossier; `number` counts those of one year, where one was closed within it."""

    __tablename__ = "volume"
    __table_args__ = (UniqueConstraint("dossier_id", "year", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    year: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[Moment | None]

    @property
    def title(self) -> str:
        return str(self.year) if self.number == 1 else f"{self.year}-{self.number}"


SIGNED = text("original_no <> ''")  # few documents are contracts
ENDING = text("valid_until IS NOT NULL")


class Item(Versioned, Base):
    """件: one document. `pages` counts every numbered face, covers included; `sheets` counts paper (A-06).

    The code is section and place, "1-01"; what is filed later gets the next one with 补 and nothing is renumbered.
    `source_kind`/`source_id` name what handed it in: the same thing is filed once.
    """

    __tablename__ = "dossier_item"
    __table_args__ = (
        UniqueConstraint("dossier_id", "code"),
        UniqueConstraint("source_kind", "source_id", "dossier_id"),
        CheckConstraint("pages >= 1 AND sheets >= 1", name="counted"),
        CheckConstraint("page_to IS NULL OR page_to - page_from + 1 = pages", name="range"),
        CheckConstraint("stage <> 'filed' OR (filed_at IS NOT NULL AND code IS NOT NULL)", name="filed"),
        Index("ix_dossier_item_dossier_id_section_id", "dossier_id", "section_id", "position"),
        Index("ix_dossier_item_original_no", "original_no", sqlite_where=SIGNED, postgresql_where=SIGNED),
        Index("ix_dossier_item_valid_until", "valid_until", sqlite_where=ENDING, postgresql_where=ENDING),
        Index("ix_dossier_item_dossier_id_slot_id", "dossier_id", "slot_id"),  # whether a document is there
        Index("ix_dossier_item_dossier_id_added_at", "dossier_id", "added_at", "pages"),  # the sums of lists, alone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("template_section.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("template_slot.id"))
    volume_id: Mapped[int | None] = mapped_column(ForeignKey("volume.id"))
    position: Mapped[int]  # within the section
    code: Mapped[str | None]
    title: Mapped[str]
    responsible: Mapped[str] = mapped_column(default="")  # 责任者
    doc_no: Mapped[str] = mapped_column(default="")  # 文号
    doc_date: Mapped[date | None]
    pages: Mapped[int]
    sheets: Mapped[int]
    page_from: Mapped[int | None]
    page_to: Mapped[int | None]
    form: Mapped[Form] = mapped_column(default=Form.original)  # original or copy
    note: Mapped[str] = mapped_column(default="")
    original_no: Mapped[str] = mapped_column(default="")  # of a contract, as it was signed
    derived_no: Mapped[str | None] = mapped_column(unique=True)  # 2012鸿借字第001-01号
    valid_until: Mapped[date | None]
    stage: Mapped[Stage] = mapped_column(default=Stage.collected)
    supplement: Mapped[bool] = mapped_column(default=False)  # filed after the dossier was
    source_kind: Mapped[str | None]
    source_id: Mapped[int | None]
    added_by: Mapped[str]
    added_at: Mapped[Moment]
    filed_at: Mapped[Moment | None]
    filed_by: Mapped[str] = mapped_column(default="")

    section: Mapped[TemplateSection] = relationship(lazy="raise")
    slot: Mapped[TemplateSlot | None] = relationship(lazy="raise")
    renditions: Mapped[list[Rendition]] = relationship(lazy="raise", order_by="Rendition.id", viewonly=True)


class Rendition(Base):
    """A file of the item. A wrong one is superseded by another row; of a filed item none goes (a trigger holds it)."""

    __tablename__ = "rendition"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("dossier_item.id"), index=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("rendition.id"), unique=True)
    checks: Mapped[dict[str, Any]] = mapped_column(JSON)  # the four-nature test at filing (DA/T 70-2018)
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    upload: Mapped[Upload] = relationship(lazy="raise")


class Attachment(Base):
    """附件: the client's own papers that were not taken along; kept, never coded, in no total (L-15, I8)."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("copies >= 1", name="copies"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    title: Mapped[str]
    owner: Mapped[str]
    copies: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")
    added_by: Mapped[str]
    added_at: Mapped[Moment]

    release: Mapped[AttachmentRelease | None] = relationship(lazy="raise", viewonly=True)


class AttachmentRelease(Base):
    """Given back to the client, against a receipt."""

    __tablename__ = "attachment_release"
    id: Mapped[int] = mapped_column(primary_key=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)
    released_to: Mapped[str]
    receipt: Mapped[str]  # its number or where it lies
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    released_by: Mapped[str]
    released_at: Mapped[Moment]


for grows in (Attachment, AttachmentRelease):
    append_only(grows)
