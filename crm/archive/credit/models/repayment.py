"""Money that came back. Rows are only added: the sum is what was repaid."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, append_only
from crm.money import Money


class Repayment(Base):
    """Principal and interest of a loan, or what a guaranteed debtor paid the bank, positive; a wrong one is taken back
    by a row with the opposite sign that points to it."""

    __tablename__ = "repayment"
    __table_args__ = (
        CheckConstraint("principal <> 0 OR interest <> 0", name="amount"),
        CheckConstraint(
            "(reverses_id IS NULL AND principal >= 0 AND interest >= 0) "
            "OR (reverses_id IS NOT NULL AND principal <= 0 AND interest <= 0)",
            name="sign",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    paid_on: Mapped[date]
    principal: Mapped[Money]
    interest: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"), unique=True)
    entered_by: Mapped[str]
    entered_at: Mapped[Moment]

    def reversal(self, by: str, at: Moment, note: str) -> Repayment:
        """The row that takes this one back; one at most, the database holds it."""
        return Repayment(
            project_id=self.project_id,
            paid_on=self.paid_on,
            principal=-self.principal,
            interest=-self.interest,
            note=note,
            reverses_id=self.id,
            entered_by=by,
            entered_at=at,
        )


append_only(Repayment)
