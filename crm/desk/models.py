"""The search index: typed tokens, the same table and SQL on both engines (decision 010)."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class SearchToken(Base):
    """An object has this token. The key answers searches; the index finds an object's tokens when it changes."""

    __tablename__ = "search_token"
    __table_args__ = (Index("ix_search_token_object", "kind", "object_id"), {"sqlite_with_rowid": False})
    token: Mapped[str] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
