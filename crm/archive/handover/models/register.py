"""登记本: what the archive room received, under a gapless serial, signed by both (L-20)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.archive.handover.models.handover import Handover
from crm.auth.models import User
from crm.db import Base, Moment, append_only
from crm.numbering import Number


def _of_the_list(column: str) -> ForeignKeyConstraint:
    """The signature stands under the very list that was received."""
    signed = ["list_signature.version_id", "list_signature.id"]
    return ForeignKeyConstraint(["version_id", column], signed, name=f"fk_register_entry_{column}")


class RegisterEntry(Base):
    """Giver and archivist sign with what they put under the list; all three signatures are those of one version.

    `late`: a working day passed between the receipt and the entry. `late_a`, `late_b` and `late_total` are the working
    days too many that are charged to A, to B and to the total, by the calendar of that day.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        CheckConstraint("giver_id <> archivist_id", name="two_people"),
        CheckConstraint("a_signature_id <> giver_signature_id", name="a_and_b"),
        CheckConstraint("archivist_signature_id NOT IN (a_signature_id, giver_signature_id)", name="archivist"),
        *(_of_the_list(name) for name in ("a_signature_id", "giver_signature_id", "archivist_signature_id")),
        CheckConstraint("late_a >= 0 AND late_b >= 0 AND late_total >= 0", name="days"),
        Index("ix_register_entry_received_on", "received_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number_id: Mapped[int] = mapped_column(ForeignKey("number.id"), unique=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), unique=True)
    title: Mapped[str]
    received_on: Mapped[date]
    entered_at: Mapped[Moment]
    late: Mapped[bool]
    late_a: Mapped[int]
    late_b: Mapped[int]
    late_total: Mapped[int]
    giver_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    archivist_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("list_version.id"), unique=True)
    a_signature_id: Mapped[int]
    giver_signature_id: Mapped[int]
    archivist_signature_id: Mapped[int]

    number: Mapped[Number] = relationship(lazy="raise")
    handover: Mapped[Handover] = relationship(lazy="raise")
    giver: Mapped[User] = relationship(lazy="raise", foreign_keys=giver_id)
    archivist: Mapped[User] = relationship(lazy="raise", foreign_keys=archivist_id)


append_only(RegisterEntry)
