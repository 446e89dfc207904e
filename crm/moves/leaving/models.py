"""A move-out or a sale as it stands, the one table of what can be done with it, and the sheets that were signed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.permissions import Permission
from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.money import Percent
from crm.properties.models import Estate, Unit
from crm.steps.models import StepRow
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.workflow import Step, TitledWorkflow

ADDRESS = "/leavings/{}"  # of its page; reminders are made where `url_for` has no request


class LeavingKind(StrEnum):
    move_out = "move_out"
    sale = "sale"


KIND_TITLES = {LeavingKind.move_out: _l("Move-out"), LeavingKind.sale: _l("Sale")}


class LeavingState(StrEnum):
    started = "started"
    signed = "signed"
    closed = "closed"
    cancelled = "cancelled"


S, P = LeavingState, Permission
STATE_TITLES = {
    S.started: _l("Under way"),
    S.signed: _l("Signed, to be closed"),
    S.closed: _l("Closed"),
    S.cancelled: _l("Cancelled"),
}
STATE_TONES = {S.started: "orange", S.signed: "blue", S.closed: "green", S.cancelled: "grey"}
ENDED = (S.closed, S.cancelled)
UNDER_WAY = (S.started, S.signed)
OPEN = text("state NOT IN ('closed', 'cancelled')")


class Side(StrEnum):
    leaves = "leaves"
    stays = "stays"
    buys = "buys"


SIDE_TITLES = {Side.leaves: _l("Leaves"), Side.stays: _l("Stays"), Side.buys: _l("Takes over")}
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)


class Leaving(Versioned, Base):
    """迁出或过户 of a unit: from `day` on it is theirs no longer.

    A note says why a step is done although something of it is missing. `money_seen_at`: somebody has gone through who
    owes what. `proof`: the contract of the sale or the new title.
    """

    __tablename__ = "leaving"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state NOT IN ('signed', 'closed') OR signed_at IS NOT NULL", name="signed"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("ix_leaving_open", "estate_id", "state", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_leaving_estate_id", "estate_id", "day"),
        Index("ix_leaving_day", "day"),  # for whoever sees every estate
        Index("ix_leaving_unit_id", "unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # GH2611-0001, QC2611-0001
    key: Mapped[str | None]  # of the form it was begun with: sent twice, it is one
    kind: Mapped[LeavingKind]
    state: Mapped[LeavingState]
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    contract: Mapped[str] = mapped_column(default="")
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    readings_note: Mapped[str] = mapped_column(default="")
    keys_note: Mapped[str] = mapped_column(default="")
    money_seen_at: Mapped[Moment | None]
    open_note: Mapped[str] = mapped_column(default="")
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    started_by: Mapped[str]
    started_at: Mapped[Moment]
    signed_at: Mapped[Moment | None]
    closed_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    proof: Mapped[Upload | None] = relationship(lazy="raise")
    parties: Mapped[list[LeavingParty]] = relationship(lazy="raise", order_by="LeavingParty.id")

    @property
    def is_sale(self) -> bool:
        return self.kind is LeavingKind.sale

    def of(self, side: Side) -> list[LeavingParty]:
        """With the parties loaded."""
        return [party for party in self.parties if party.side is side]

    @property
    def address(self) -> str:
        return ADDRESS.format(self.id)


class LeavingParty(Base):
    """Somebody who has the unit and leaves or stays, with the occupancy; or who takes it over, with a share in per cent
    once there are several."""

    __tablename__ = "leaving_party"
    __table_args__ = (
        CheckConstraint("(side = 'buys') = (occupancy_id IS NULL)", name="occupancy"),
        CheckConstraint("share > 0 AND share <= 10000", name="share"),  # hundredths of a per cent
        UniqueConstraint("leaving_id", "occupancy_id"),
        Index("ix_leaving_party_leaving_id", "leaving_id"),
        Index("ix_leaving_party_customer_id", "customer_id"),
        Index("ix_leaving_party_occupancy_id", "occupancy_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    leaving_id: Mapped[int] = mapped_column(ForeignKey("leaving.id"))
    side: Mapped[Side]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    occupancy_id: Mapped[int | None] = mapped_column(ForeignKey("occupancy.id"))
    role: Mapped[OccupancyRole]
    share: Mapped[Percent | None]

    customer: Mapped[Customer] = relationship(lazy="raise")
    occupancy: Mapped[Occupancy | None] = relationship(lazy="raise")

    @property
    def owns(self) -> bool:
        return self.role in OWNERS


class LeavingStep(StepRow, Base):
    __tablename__ = "leaving_step"
    __table_args__ = (UniqueConstraint("key"), Index("ix_leaving_step_leaving_id", "leaving_id", "id"))
    leaving_id: Mapped[int] = mapped_column(ForeignKey("leaving.id"))
    from_state: Mapped[LeavingState | None]
    to_state: Mapped[LeavingState]


append_only(LeavingStep)


class LeavingSheet(Base):
    """交接单 as it was signed: what it says is frozen in `content`, and pressed. The latest of a leaving counts.

    The sheet of whoever takes the unit over names nothing that others owe. Signed by drawing on the screen, or on paper
    that was scanned.
    """

    __tablename__ = "leaving_sheet"
    __table_args__ = (
        CheckConstraint("scan_id IS NOT NULL OR leaver_drawing_id IS NOT NULL", name="signed"),
        Index("ix_leaving_sheet_leaving_id", "leaving_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    leaving_id: Mapped[int] = mapped_column(ForeignKey("leaving.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    paper_id: Mapped[int] = mapped_column(ForeignKey("upload.id"))
    buyers_paper_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    leaver_drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    buyer_drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    clerk_drawing_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    buyers_scan_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    signed_by: Mapped[str]  # the clerk
    signed_at: Mapped[Moment]


append_only(LeavingSheet)


def _step(sources: Any, target: LeavingState | None, title: Any) -> Step:
    return Step(sources=frozenset(sources), target=target, permission=P.move_handle, title=title)


WORKFLOW = TitledWorkflow(
    STATE_TITLES,
    change=_step((S.started,), None, _l("Change day and papers")),
    buyers=_step((S.started,), None, _l("Who takes over")),
    readings=_step((S.started,), None, _l("Final readings")),
    keys=_step((S.started,), None, _l("Keys")),
    money=_step((S.started,), None, _l("Who owes what")),
    checklist=_step((S.started,), None, _l("Closing checklist")),
    sign=_step((S.started,), S.signed, _l("Sign the hand-over sheet")),
    unsign=_step((S.signed,), S.started, _l("Something changed: sign anew")),
    close=_step((S.signed,), S.closed, _l("Close it")),
    settle=_step((S.closed,), None, _l("Divide what was billed since")),
    cancel=_step(UNDER_WAY, S.cancelled, _l("Cancel the move-out or sale")),
)
