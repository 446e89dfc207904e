"""What stands behind a project: guarantors, collateral, and its contracts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.credit.models.client import Client, ClientKind
from crm.db import Base, Moment
from crm.money import Money


class Guarantor(Base):
    """Who stands surety for the project's client; released, the row stays with the reason.

    `client_id` where it is registered: there its numbers are kept, a person's ID number sealed. Kind and name stay
    those it was entered under.
    """

    __tablename__ = "guarantor"
    __table_args__ = (
        CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (end_evidence_id IS NULL)", name="evidence"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    kind: Mapped[ClientKind]
    name: Mapped[str]
    amount: Mapped[Money | None]  # None: for the whole debt
    note: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[str] = mapped_column(default="")
    end_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))

    client: Mapped[Client | None] = relationship(lazy="raise")


class CollateralKind(StrEnum):
    real_estate = "real_estate"
    land = "land"
    vehicle = "vehicle"
    equipment = "equipment"
    shares = "shares"
    receivables = "receivables"
    other = "other"


COLLATERAL_TITLES = {
    CollateralKind.real_estate: _l("Real estate"),
    CollateralKind.land: _l("Land use right"),
    CollateralKind.vehicle: _l("Vehicle"),
    CollateralKind.equipment: _l("Equipment and goods"),
    CollateralKind.shares: _l("Shares"),
    CollateralKind.receivables: _l("Receivables"),
    CollateralKind.other: _l("Other"),
}


class Collateral(Base):
    """What is mortgaged or pledged; released, the row stays with the reason."""

    __tablename__ = "collateral"
    __table_args__ = (
        CheckConstraint("value IS NULL OR value > 0", name="value"),
        CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name="ended"),
        CheckConstraint("(ended_at IS NULL) = (end_evidence_id IS NULL)", name="evidence"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[CollateralKind]
    description: Mapped[str]
    owner: Mapped[str]
    certificate_no: Mapped[str] = mapped_column(default="")
    value: Mapped[Money | None]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[str] = mapped_column(default="")
    end_evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))


class Contract(Base):
    """A contract of the project; its number in the archive is derived from the dossier's when that is filed (L-21).

    Entered wrongly it becomes void with the reason; the right one may have the same number.
    """

    __tablename__ = "contract"
    __table_args__ = (
        Index(
            "uq_contract_standing",
            "project_id",
            "original_no",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("original_no <> ''", name="number"),
        CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name="ended"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    title: Mapped[str]
    original_no: Mapped[str]
    parties: Mapped[str] = mapped_column(default="")
    signed_on: Mapped[date | None]
    amount: Mapped[Money | None]
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    end_reason: Mapped[str] = mapped_column(default="")
