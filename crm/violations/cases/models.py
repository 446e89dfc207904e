"""The violation as it stands, the one table of what can be done with it, and what hangs on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.billing.deposits.models import DepositRequest
from crm.correspondence.letters.models import Letter
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Money
from crm.properties.models import Building, Estate, PublicArea, Unit
from crm.steps.models import StepRow
from crm.tenants.models import Customer
from crm.violations.types.models import ViolationType
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/violations/{}"  # of a violation's page; reminders are made where `url_for` has no request


class ViolationState(StrEnum):
    noted = "noted"
    notice_served = "notice_served"
    not_rectified = "not_rectified"
    stopped = "stopped"
    escalated = "escalated"
    rectified = "rectified"
    settled = "settled"
    filed = "filed"
    dropped = "dropped"


S, P = ViolationState, Permission
STATE_TITLES = {
    S.noted: _l("Noted"),
    S.notice_served: _l("Notice served, to be put right"),
    S.not_rectified: _l("Not put right"),
    S.stopped: _l("Work stopped"),
    S.escalated: _l("Reported to an authority"),
    S.rectified: _l("Put right"),
    S.settled: _l("Settled, to be filed"),
    S.filed: _l("Filed"),
    S.dropped: _l("Dropped as no violation"),
}
STATE_TONES = {
    S.noted: "purple",
    S.notice_served: "orange",
    S.not_rectified: "red",
    S.stopped: "red",
    S.escalated: "red",
    S.rectified: "green",
    S.settled: "green",
    S.filed: "grey",
    S.dropped: "grey",
}
TO_INSPECT = (S.notice_served, S.not_rectified, S.stopped, S.escalated)
UNSETTLED = (S.noted, *TO_INSPECT, S.rectified)  # no deposit is given back meanwhile
SETTLED = (S.settled, S.filed)
ENDED = (S.filed, S.dropped)


class Settlement(StrEnum):
    rectified = "rectified"
    deducted = "deducted"
    compensated = "compensated"
    authority = "authority"
    tolerated = "tolerated"


SETTLEMENT_TITLES = {
    Settlement.rectified: _l("Put right"),
    Settlement.deducted: _l("Deducted from the deposit"),
    Settlement.compensated: _l("Damage paid for"),
    Settlement.authority: _l("Left to the authority"),
    Settlement.tolerated: _l("Tolerated, for the reason given"),
}
OPEN = text("state NOT IN ('filed', 'dropped')")


class Violation(Versioned, Base):
    """违规. Who did it may be unknown: then `person` says what is known.

    `due_on`: by when it is to be put right, and looked at again. `about_kind`, `about_id`: what it came from, such as a
    complaint. `letter`: the notice that counts now. `wording`: what the notice says of it.
    """

    __tablename__ = "violation"
    __table_args__ = (
        CheckConstraint("unit_id IS NOT NULL OR public_area_id IS NOT NULL OR spot <> ''", name="place"),
        CheckConstraint("state NOT IN ('settled', 'filed') OR settlement IS NOT NULL", name="settlement"),
        CheckConstraint(
            "state IN ('noted', 'dropped', 'stopped', 'settled', 'filed', 'rectified') OR due_on IS NOT NULL",
            name="due",
        ),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("ix_violation_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_violation_due_on", "estate_id", "due_on", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_violation_estate_id", "estate_id", "noted_at"),
        Index("ix_violation_noted_at", "noted_at"),  # for whoever sees every estate
        Index("ix_violation_customer_id", "customer_id"),
        Index("ix_violation_unit_id", "unit_id"),
        Index("ix_violation_public_area_id", "public_area_id"),
        Index("ix_violation_about", "about_kind", "about_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # G2611-0003
    key: Mapped[str | None]  # of the form it was entered with: sent twice, it is one
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    public_area_id: Mapped[int | None] = mapped_column(ForeignKey("public_area.id"))
    spot: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    person: Mapped[str] = mapped_column(default="")
    type_id: Mapped[int] = mapped_column(ForeignKey("violation_type.id"))
    found: Mapped[str]  # what was seen
    wording: Mapped[str]
    clause: Mapped[str] = mapped_column(default="")
    found_at: Mapped[Moment]
    found_by: Mapped[str]
    about_kind: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None]
    state: Mapped[ViolationState]
    due_on: Mapped[date | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    deposit_request_id: Mapped[int | None] = mapped_column(ForeignKey("deposit_request.id"))
    deducted: Mapped[Money] = mapped_column(default=Decimal(0))  # yuan taken from a deposit so far
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    noted_by: Mapped[str]
    noted_at: Mapped[Moment]
    served_at: Mapped[Moment | None]
    rectified_at: Mapped[Moment | None]
    settlement: Mapped[Settlement | None]
    settled_at: Mapped[Moment | None]
    filed_at: Mapped[Moment | None]
    warned_on: Mapped[date | None]  # whoever handles it was told that it is to be looked at again

    estate: Mapped[Estate] = relationship(lazy="raise")
    building: Mapped[Building | None] = relationship(lazy="raise")
    unit: Mapped[Unit | None] = relationship(lazy="raise")
    public_area: Mapped[PublicArea | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    type: Mapped[ViolationType] = relationship(lazy="raise")
    letter: Mapped[Letter | None] = relationship(lazy="raise")
    deposit_request: Mapped[DepositRequest | None] = relationship(lazy="raise")

    @property
    def place(self) -> str:
        """With unit and area loaded."""
        named = (self.unit.label if self.unit else "", self.public_area.name if self.public_area else "", self.spot)
        return " ".join(filter(None, named))


class ViolationStep(StepRow, Base):
    __tablename__ = "violation_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_violation_step_violation_id", "violation_id", "id"))
    violation_id: Mapped[int] = mapped_column(ForeignKey("violation.id"))
    from_state: Mapped[ViolationState | None]
    to_state: Mapped[ViolationState]


append_only(ViolationStep)


class ViolationInspection(Base):
    """整改复查: somebody looked again. `next_on`: when it is looked at once more, where it was not put right."""

    __tablename__ = "violation_inspection"
    __table_args__ = (UniqueConstraint("key"), Index("ix_violation_inspection_violation_id", "violation_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    violation_id: Mapped[int] = mapped_column(ForeignKey("violation.id"))
    passed: Mapped[bool]
    words: Mapped[str]
    next_on: Mapped[date | None]
    key: Mapped[str | None]
    inspected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    inspected_by: Mapped[str]
    inspected_at: Mapped[Moment]


append_only(ViolationInspection)


class ViolationPhotoStage(StrEnum):
    found = "found"
    served = "served"
    inspected = "inspected"


PHOTO_TITLES = {
    ViolationPhotoStage.found: _l("As found"),
    ViolationPhotoStage.served: _l("The notice served"),
    ViolationPhotoStage.inspected: _l("Looked at again"),
}


class ViolationPhoto(Base):
    __tablename__ = "violation_photo"
    __table_args__ = (UniqueConstraint("key"), Index("ix_violation_photo_violation_id", "violation_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    violation_id: Mapped[int] = mapped_column(ForeignKey("violation.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    stage: Mapped[ViolationPhotoStage]
    key: Mapped[str | None]
    taken_by: Mapped[str]
    taken_at: Mapped[Moment]

    violation: Mapped[Violation] = relationship(lazy="raise")
    upload: Mapped[Upload] = relationship(lazy="raise")


append_only(ViolationPhoto)


def _has_somebody(violation: Violation) -> str:
    if violation.customer_id or violation.person:
        return ""
    return _("Nobody is known who did it: name the customer or the person first.")


def _has_customer(violation: Violation) -> str:
    return "" if violation.customer_id else _("No customer is known here: there is no deposit to deduct from.")


def _step(sources: Any, target: ViolationState | None, permission: Permission, title: Any, **given: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=permission, title=title, **given)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    change=_step((S.noted,), None, P.violation_handle, _l("Change what is noted")),
    serve=_step(
        (S.noted, *TO_INSPECT, S.rectified, S.settled),  # the last two where it is void
        S.notice_served,
        P.violation_handle,
        _l("Make out the notice"),
        hindrance=_has_somebody,
    ),
    extend=_step((S.notice_served, S.not_rectified), None, P.violation_handle, _l("Give more time")),
    passed=_step(TO_INSPECT, S.rectified, P.violation_handle, _l("Looked at again: put right")),
    failed=_step(TO_INSPECT, S.not_rectified, P.violation_handle, _l("Looked at again: not put right")),
    stop=_step(
        (S.noted, S.notice_served, S.not_rectified),
        S.stopped,
        P.violation_decide,
        _l("Stop the work"),
        hindrance=_has_somebody,
    ),
    escalate=_step(
        (S.notice_served, S.not_rectified, S.stopped), S.escalated, P.violation_decide, _l("Report to an authority")
    ),
    deduct=_step(
        (*TO_INSPECT, S.rectified), None, P.violation_decide, _l("Deduct from the deposit"), hindrance=_has_customer
    ),
    settle=_step(
        (S.rectified, S.not_rectified, S.stopped, S.escalated),
        S.settled,
        P.violation_handle,
        _l("Settle the violation"),
    ),
    file=_step((S.settled,), S.filed, P.violation_handle, _l("File it")),
    drop=_step((S.noted, S.notice_served), S.dropped, P.violation_decide, _l("Drop the violation")),
)
