"""A row with a number that somebody types: added once, however many do it at the same moment."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from crm.db import Base, insert, session
from crm.errors import UsedElsewhere

Row = TypeVar("Row", bound=Base)


def standing(model: type[Row], key: str | None) -> Row | None:
    """What the form with this key has made already."""
    return session().scalars(select(model).filter_by(key=key)).one_or_none() if key else None


def expect_same(thing: Any, **facts: Any) -> None:
    """Raises `UsedElsewhere` where the key of a form stands on something else."""
    if any(getattr(thing, name) != value for name, value in facts.items()):
        raise UsedElsewhere


def added(model: type[Row], values: Mapping[str, Any]) -> Row | None:
    """None where a unique rule of the table says no: who comes second waits for the first to commit, and is told."""
    once = insert(model).values(**values).on_conflict_do_nothing().returning(model.id)  # type: ignore[attr-defined]
    made = session().execute(once).scalar_one_or_none()
    return None if made is None else session().get_one(model, made)


def cleaned(number: str) -> str:
    """As numbers are compared: without blanks round it, letters large, signs of full width narrow."""
    return " ".join(unicodedata.normalize("NFKC", number).upper().split())
