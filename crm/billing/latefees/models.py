"""Each time late fees were charged: once a day for an estate, however many ask."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, append_only
from crm.money import Money, Price


class LateFeeRun(Base):
    """`rate` is of one yuan and a day; `cap` per cent of a bill. What they were then stands here for good."""

    __tablename__ = "late_fee_run"
    __table_args__ = (UniqueConstraint("estate_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    day: Mapped[date]
    rate: Mapped[Price]
    grace: Mapped[int]
    cap: Mapped[Money]
    clause: Mapped[str]
    bills: Mapped[int]
    total: Mapped[Money]
    charged_by: Mapped[str]
    charged_at: Mapped[Moment]

    @property
    def rate_in_per_cent(self) -> Decimal:
        return self.rate * 100


append_only(LateFeeRun)
