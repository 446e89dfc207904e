"""What a dossier should hold: the policy in force, and checklists with editions. Clauses L-07, L-14, L-37, L-38."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.workflow import Step, Workflow


class DossierKind(StrEnum):
    loan = "loan"
    guarantee = "guarantee"
    property = "property"


KIND_TITLES = {
    DossierKind.loan: _l("Loan"),
    DossierKind.guarantee: _l("Guarantee"),
    DossierKind.property: _l("Property customer"),
}
CREDIT_KINDS = (DossierKind.loan, DossierKind.guarantee)


class PolicyScope(StrEnum):
    """For which dossiers a policy speaks."""

    credit = "credit"
    property = "property"


SCOPE_TITLES = {PolicyScope.credit: _l("Loans and guarantees"), PolicyScope.property: _l("Property customers")}


class PolicyVersion(Base):
    """A policy as it was promulgated; every dossier carries the one in force at its start (L-37)."""

    __tablename__ = "policy_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[PolicyScope]
    title: Mapped[str]
    effective_from: Mapped[date]
    summary: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=False)  # by the company; the shipped ones are not
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]


class TemplateState(StrEnum):
    draft = "draft"
    in_force = "in_force"
    superseded = "superseded"


TEMPLATE_STATE_TITLES = {
    TemplateState.draft: _l("Draft"),
    TemplateState.in_force: _l("In force"),
    TemplateState.superseded: _l("Superseded"),
}


class DossierTemplate(Versioned, Base):
    """One edition of a checklist. A draft is edited; once in force it never changes, a new edition takes its place."""

    __tablename__ = "dossier_template"
    __table_args__ = (
        UniqueConstraint("kind", "edition"),
        Index(
            "ix_dossier_template_in_force",
            "kind",
            unique=True,
            sqlite_where=text("state = 'in_force'"),
            postgresql_where=text("state = 'in_force'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DossierKind]
    edition: Mapped[int]
    title: Mapped[str]
    state: Mapped[TemplateState]
    confirmed: Mapped[bool] = mapped_column(default=False)  # by the company; the shipped ones are not
    made_by: Mapped[str]
    made_at: Mapped[Moment]
    in_force_from: Mapped[Moment | None]

    sections: Mapped[list[TemplateSection]] = relationship(
        lazy="raise", order_by="TemplateSection.position", cascade="all, delete-orphan"
    )


WORKFLOW = Workflow(
    put_in_force=Step(sources={TemplateState.draft}, target=TemplateState.in_force, permission=Permission.dossier_keep),
    supersede=Step(
        sources={TemplateState.in_force}, target=TemplateState.superseded, permission=Permission.dossier_keep
    ),
)


class TemplateSection(Base):
    """部分 or 类; `position` counts from 1 and is the first half of an item's code."""

    __tablename__ = "template_section"
    __table_args__ = (UniqueConstraint("template_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("dossier_template.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]

    slots: Mapped[list[TemplateSlot]] = relationship(
        lazy="raise", order_by="TemplateSlot.position", cascade="all, delete-orphan"
    )


class Form(StrEnum):
    """In what form a document has to be, or is."""

    original = "original"
    copy = "copy"
    either = "either"


FORM_TITLES = {Form.original: _l("Original"), Form.copy: _l("Copy"), Form.either: _l("Original or copy")}


class TemplateSlot(Base):
    """An expected document 应有材料."""

    __tablename__ = "template_slot"
    __table_args__ = (UniqueConstraint("section_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("template_section.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    required: Mapped[bool] = mapped_column(default=False)
    several: Mapped[bool] = mapped_column(default=True)
    form: Mapped[Form] = mapped_column(default=Form.either)
    signed_by: Mapped[str] = mapped_column(default="")  # whose signatures it needs, in words; "" for none
    is_contract: Mapped[bool] = mapped_column(default=False)  # gets a number derived from the dossier's (L-21)
    is_title: Mapped[bool] = mapped_column(default=False)  # of the six kinds: only a copy may be filed here (L-22)
    code: Mapped[str] = mapped_column(default="")  # what other packages name it by, such as "registration_form"


append_only(PolicyVersion)
