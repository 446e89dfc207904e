"""The search index: typed tokens, the same tables and SQL on both engines (decision 010)."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class SearchToken(Base):
    """An object has this token. The key answers searches."""

    __tablename__ = "search_token"
    __table_args__ = ({"sqlite_with_rowid": False},)
    token: Mapped[str] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)


class SearchObject(Base):
    """All tokens of an object, a line each: what a change is compared with.

    An index of the tokens by object would say the same in three times the space.
    """

    __tablename__ = "search_object"
    __table_args__ = ({"sqlite_with_rowid": False},)
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int]
    tokens: Mapped[str]
