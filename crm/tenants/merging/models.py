"""What was decided about two files: merged, un-merged, or not the same customer. Rows are only ever added."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, append_only


class CustomerMerge(Base):
    """The file `merged_id` was found to be the customer of `kept_id`. In force until a `CustomerUnmerge` names it."""

    __tablename__ = "customer_merge"
    __table_args__ = (CheckConstraint("kept_id <> merged_id", name="two_files"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    kept_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("supplement.id"))  # the values taken over, if any
    reason: Mapped[str]
    done_by: Mapped[str]
    done_at: Mapped[Moment]


class CustomerUnmerge(Base):
    __tablename__ = "customer_unmerge"
    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("customer_merge.id"), unique=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"))
    supplement_id: Mapped[int | None] = mapped_column(ForeignKey("supplement.id"))  # the values given back, if any
    reason: Mapped[str]
    done_by: Mapped[str]
    done_at: Mapped[Moment]


class PairDecision(Base):
    """Whether two files are two customers; of each pair the newest row counts."""

    __tablename__ = "pair_decision"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="order"),
        Index("ix_pair_decision_pair", "one_id", "other_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), index=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    apart: Mapped[bool]  # False takes an earlier "not the same" back
    decided_by: Mapped[str]
    decided_at: Mapped[Moment]


append_only(CustomerMerge)
append_only(CustomerUnmerge)
append_only(PairDecision)
