"""Keys of a unit, the slips they are handed out on, and what came back.

How many are out is the sum of slips less what came back or was lost, never a number that is kept beside them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.db import Base, Moment, Versioned, append_only
from crm.files.models import Upload
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer

IN_USE = text("retired_on IS NULL")
UNSIGNED = text("upload_id IS NULL")


class Holder(StrEnum):
    """Who took the keys. `office`: spare keys that our duty office keeps for the customer, with authority (P-11)."""

    customer = "customer"
    member = "member"
    agent = "agent"
    office = "office"


HOLDER_TITLES = {
    Holder.customer: _l("The customer"),
    Holder.member: _l("Somebody of the household or the company"),
    Holder.agent: _l("Somebody sent by the customer"),
    Holder.office: _l("Spare, kept by our duty office"),
}


class Signing(StrEnum):
    drawn = "drawn"
    scanned = "scanned"


SIGNING_TITLES = {Signing.drawn: _l("Drawn on the screen"), Signing.scanned: _l("Signed on paper, scanned")}


class Outcome(StrEnum):
    returned = "returned"
    lost = "lost"


OUTCOME_TITLES = {Outcome.returned: _l("Given back"), Outcome.lost: _l("Lost")}


class UnitKey(Versioned, Base):
    """Keys of one kind that open the same thing of a unit. `label`: what is stamped on them, the number of a card.

    `count`: how many there are altogether, lost ones among them.
    """

    __tablename__ = "unit_key"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        Index("uq_unit_key", "unit_id", "kind", "label", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str]  # a code of kinds.KINDS
    label: Mapped[str] = mapped_column(default="")
    count: Mapped[int]
    retired_on: Mapped[date | None]  # the lock was changed, the card blocked
    retired_because: Mapped[str] = mapped_column(default="")

    unit: Mapped[Unit] = relationship(lazy="raise")


class KeySlip(Base):
    """钥匙签收单. `holder` by name; `authority`: who allowed it, for an agent or spare keys. `about_kind`, `about_id`:
    what it belongs to, such as a move-in. `key`: of its form: sent twice, it is one."""

    __tablename__ = "key_slip"
    __table_args__ = (
        CheckConstraint("holder <> ''", name="holder"),
        CheckConstraint("holder_kind NOT IN ('agent', 'office') OR authority <> ''", name="authority"),
        UniqueConstraint("number"),
        UniqueConstraint("key"),
        Index("ix_key_slip_estate_id", "estate_id", "given_on"),
        Index("ix_key_slip_unit_id", "unit_id"),
        Index("ix_key_slip_customer_id", "customer_id"),
        Index("ix_key_slip_about", "about_kind", "about_id"),
        Index("ix_key_slip_unsigned", "estate_id", sqlite_where=UNSIGNED, postgresql_where=UNSIGNED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"))
    number: Mapped[str]  # YS2611-0003
    key: Mapped[str | None]
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    holder_kind: Mapped[Holder]
    holder: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    authority: Mapped[str] = mapped_column(default="")
    given_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    about_kind: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_by: Mapped[str]
    given_at: Mapped[Moment]
    signing: Mapped[Signing | None]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))  # the drawn name, or the scan
    signed_at: Mapped[Moment | None]

    estate: Mapped[Estate] = relationship(lazy="raise")
    unit: Mapped[Unit] = relationship(lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    upload: Mapped[Upload | None] = relationship(lazy="raise")
    lines: Mapped[list[KeySlipLine]] = relationship(lazy="raise", order_by="KeySlipLine.id")


class KeySlipLine(Base):
    __tablename__ = "key_slip_line"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        UniqueConstraint("key_slip_id", "unit_key_id"),
        Index("ix_key_slip_line_unit_key_id", "unit_key_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key_slip_id: Mapped[int] = mapped_column(ForeignKey("key_slip.id"))
    unit_key_id: Mapped[int] = mapped_column(ForeignKey("unit_key.id"))
    count: Mapped[int]

    slip: Mapped[KeySlip] = relationship(lazy="raise", viewonly=True)
    unit_key: Mapped[UnitKey] = relationship(lazy="raise")
    returns: Mapped[list[KeyReturn]] = relationship(lazy="raise", viewonly=True, order_by="KeyReturn.id")

    @property
    def out(self) -> int:
        """How many neither came back nor are lost."""
        return self.count - sum(each.count for each in self.returns)


class KeyReturn(Base):
    """Some of a line came back, or are lost for good. `by`: who brought them; `reason`: how they were lost."""

    __tablename__ = "key_return"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("outcome <> 'lost' OR reason <> ''", name="reason"),
        UniqueConstraint("key"),
        Index("ix_key_return_key_slip_line_id", "key_slip_line_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key_slip_line_id: Mapped[int] = mapped_column(ForeignKey("key_slip_line.id"))
    outcome: Mapped[Outcome]
    count: Mapped[int]
    day: Mapped[date]
    by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    key: Mapped[str | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_by: Mapped[str]
    recorded_at: Mapped[Moment]


append_only(KeySlip, but={"signing", "upload_id", "signed_at"})
append_only(KeySlipLine)
append_only(KeyReturn)
