"""The move-in as it stands, the one table of what can be done with it, and what hangs on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.moves.keys.models import Signing
from crm.properties.models import Estate, Unit
from crm.repairs.orders.models import RepairOrder
from crm.steps.models import StepRow
from crm.tenants.models import Customer, OccupancyRole
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/move-ins/{}"  # of a move-in's page; reminders are made where `url_for` has no request


class MoveInState(StrEnum):
    started = "started"
    signed = "signed"
    filed = "filed"
    cancelled = "cancelled"


S, P = MoveInState, Permission
STATE_TITLES = {
    S.started: _l("Under way"),
    S.signed: _l("Signed, being filed"),
    S.filed: _l("Moved in, filed"),
    S.cancelled: _l("Cancelled"),
}
STATE_TONES = {S.started: "orange", S.signed: "blue", S.filed: "green", S.cancelled: "grey"}
OPEN = text("state = 'started'")
ROLES = (OccupancyRole.owner, OccupancyRole.co_owner, OccupancyRole.tenant, OccupancyRole.user)


class Part(StrEnum):
    """What a move-in consists of, each a screen of its own, in the order of the counter."""

    identity = "identity"
    documents = "documents"
    contacts = "contacts"
    keys = "keys"
    readings = "readings"
    inspection = "inspection"
    money = "money"


PART_TITLES = {
    Part.identity: _l("Who moves in"),
    Part.documents: _l("Forms and papers"),
    Part.contacts: _l("Telephones and emergency contacts"),
    Part.keys: _l("Keys"),
    Part.readings: _l("Meter readings"),
    Part.inspection: _l("Looking over the unit"),
    Part.money: _l("Bills and deposits"),
}


class MoveIn(Versioned, Base):
    """迁入. One under way for a customer and unit. `content`: what was signed, frozen; `content_hash` of it.

    `occupancy_id`: the tie to the unit, begun here or found. `lease_from` to `lease_until` (the last day) of a tenant,
    `licence_until` of a company's licence. `signer`: who signed for the customer.
    """

    __tablename__ = "move_in"
    __table_args__ = (
        CheckConstraint("lease_until IS NULL OR lease_from IS NULL OR lease_from <= lease_until", name="lease"),
        CheckConstraint("state IN ('started', 'cancelled') OR content_hash <> ''", name="content"),
        CheckConstraint("state IN ('started', 'cancelled') OR signature_id IS NOT NULL", name="signature"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("uq_move_in_open", "unit_id", "customer_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_move_in_open", "estate_id", "started_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_move_in_estate_id", "estate_id", "started_at"),
        Index("ix_move_in_customer_id", "customer_id"),
        Index("ix_move_in_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # RZ2611-0003
    key: Mapped[str | None]  # of the form it was started with: sent twice, it is one
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    role: Mapped[OccupancyRole]
    starts_on: Mapped[date]
    state: Mapped[MoveInState]
    occupancy_id: Mapped[int | None] = mapped_column(ForeignKey("occupancy.id"))
    occupancy_begun: Mapped[bool] = mapped_column(default=False)  # here: it ends again when the move-in is cancelled
    lease_from: Mapped[date | None]
    lease_until: Mapped[date | None]
    licence_until: Mapped[date | None]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(default="")
    signer: Mapped[str] = mapped_column(default="")
    signing: Mapped[Signing | None]
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    clerk_signature_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[Moment | None]
    filed_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]  # cancelled
    warned_on: Mapped[date | None]  # the desk was told that it takes long

    estate: Mapped[Estate] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    signature: Mapped[Upload | None] = relationship(lazy="raise", foreign_keys=[signature_id])
    clerk_signature: Mapped[Upload | None] = relationship(lazy="raise", foreign_keys=[clerk_signature_id])


class MoveInStep(StepRow, Base):
    __tablename__ = "move_in_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_move_in_step_move_in_id", "move_in_id", "id"))
    move_in_id: Mapped[int] = mapped_column(ForeignKey("move_in.id"))
    from_state: Mapped[MoveInState | None]
    to_state: Mapped[MoveInState]


class Standing(StrEnum):
    """What somebody said of a part: done, not to be done here with a reason, or open again."""

    done = "done"
    waived = "waived"
    open = "open"


class MoveInMark(Base):
    """The last one of a part counts."""

    __tablename__ = "move_in_mark"
    __table_args__ = (
        CheckConstraint("standing <> 'waived' OR words <> ''", name="words"),
        Index("ix_move_in_mark_move_in_id", "move_in_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    move_in_id: Mapped[int] = mapped_column(ForeignKey("move_in.id"))
    part: Mapped[Part]
    standing: Mapped[Standing]
    words: Mapped[str] = mapped_column(default="")
    marked_by: Mapped[str]
    marked_at: Mapped[Moment]


class MoveInDocument(Base):
    """A form as it was signed or brought, or why it is not wanted; the last one of a code counts.

    `signing` None: not applicable, with its `reason`.
    """

    __tablename__ = "move_in_document"
    __table_args__ = (
        CheckConstraint("(signing IS NULL) = (upload_id IS NULL)", name="upload"),
        CheckConstraint("signing IS NOT NULL OR reason <> ''", name="reason"),
        Index("ix_move_in_document_move_in_id", "move_in_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    move_in_id: Mapped[int] = mapped_column(ForeignKey("move_in.id"))
    code: Mapped[str]  # of documents.DOCUMENTS
    signing: Mapped[Signing | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    reason: Mapped[str] = mapped_column(default="")
    kept_by: Mapped[str]
    kept_at: Mapped[Moment]

    upload: Mapped[Upload | None] = relationship(lazy="raise")
    move_in: Mapped[MoveIn] = relationship(lazy="raise")


class MoveInDefect(Base):
    """Found when the unit was looked over: a repair, under the builder's warranty as far as that lasts."""

    __tablename__ = "move_in_defect"
    __table_args__ = (
        UniqueConstraint("repair_order_id"),
        UniqueConstraint("key"),
        Index("ix_move_in_defect_move_in_id", "move_in_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    move_in_id: Mapped[int] = mapped_column(ForeignKey("move_in.id"))
    repair_order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    spot: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    key: Mapped[str | None]
    found_by: Mapped[str]
    found_at: Mapped[Moment]

    order: Mapped[RepairOrder] = relationship(lazy="raise")


class MoveInDeposit(Base):
    """What the customer is asked to leave as security; the last one of a kind counts, with nought it is asked no more.

    Whether it is there is asked of the book of deposits, never kept here.
    """

    __tablename__ = "move_in_deposit"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        Index("ix_move_in_deposit_move_in_id", "move_in_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    move_in_id: Mapped[int] = mapped_column(ForeignKey("move_in.id"))
    kind: Mapped[str]  # of billing.deposits.kinds.KINDS
    amount: Mapped[Money] = mapped_column(default=Decimal(0))
    asked_by: Mapped[str]
    asked_at: Mapped[Moment]


for each in (MoveInStep, MoveInMark, MoveInDocument, MoveInDefect, MoveInDeposit):
    append_only(each)


def _step(sources: Any, target: MoveInState | None, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=P.move_handle, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    work=_step((S.started,), None, _l("Go on with the move-in")),
    sign=_step((S.started,), S.signed, _l("Sign the pack")),
    file=_step((S.signed,), S.filed, _l("File the pack")),
    cancel=_step((S.started,), S.cancelled, _l("Cancel the move-in")),
)
