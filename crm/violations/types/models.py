"""The tree of what can be violated."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base
from crm.money import Money
from crm.trees.models import TreeRow

LIVE, LIVE_TOP = text("active"), text("active AND parent_id IS NULL")


class ViolationType(TreeRow, Base):
    """With no parent a category; below it its types. A retired one stays on the violations that have it."""

    __tablename__ = "violation_type"
    __table_args__ = (
        CheckConstraint("days >= 0", name="days"),
        CheckConstraint("amount >= 0", name="amount"),
        Index("uq_violation_type_top", "name", unique=True, sqlite_where=LIVE_TOP, postgresql_where=LIVE_TOP),
        Index("uq_violation_type_name", "parent_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    words: Mapped[str] = mapped_column(default="")  # what the notice says of it to begin with
    clause: Mapped[str] = mapped_column(default="")  # which rule it breaks: 管理规约第十二条
    days: Mapped[int] = mapped_column(default=7)  # to put it right
    amount: Mapped[Money] = mapped_column(default=0)  # yuan proposed for a deduction; 0: none
    stops_work: Mapped[bool] = mapped_column(default=False)  # work is to be stopped at once
