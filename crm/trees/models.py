"""The columns of a tree's row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.db import Versioned


class TreeRow(Versioned):
    """With no parent a group. A retired one stays on what has it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    @declared_attr
    def parent_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"), index=True)  # type: ignore[attr-defined]

    @declared_attr
    def parent(cls) -> Mapped[Any]:
        return relationship(cls.__name__, lazy="raise", remote_side=f"{cls.__name__}.id")  # type: ignore[attr-defined]

    @property
    def full_name(self) -> str:
        """With its parent loaded: 给排水 · 水管漏水."""
        return " · ".join(each.name for each in (self.parent, self) if each)
