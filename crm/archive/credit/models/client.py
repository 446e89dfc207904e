"""Who borrows, or for whom the company stands surety."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base, Moment, Versioned


class ClientKind(StrEnum):
    person = "person"
    company = "company"


CLIENT_TITLES = {ClientKind.person: _l("Person"), ClientKind.company: _l("Company")}


class Client(Versioned, Base):
    """A person's ID number is sealed, with a blind index; `phone` is digits and shown masked."""

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("(id_sealed IS NULL) = (id_index IS NULL)", name="sealed"),
        Index("ix_client_id_index", "id_index"),
        Index("ix_client_credit_code", "credit_code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ClientKind]
    name: Mapped[str] = mapped_column(index=True)
    credit_code: Mapped[str] = mapped_column(default="")
    legal_representative: Mapped[str] = mapped_column(default="")
    id_sealed: Mapped[bytes | None]
    id_index: Mapped[str | None]
    id_masked: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    registered_by: Mapped[str] = mapped_column(default="")
    registered_at: Mapped[Moment]

    @property
    def number(self) -> str:
        """The credit code, or the ID number masked."""
        return self.credit_code or self.id_masked
