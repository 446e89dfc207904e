"""A form that is sent twice makes one thing; a number that somebody types is compared as people read it."""

from __future__ import annotations

import unicodedata
from typing import Any, TypeVar

from sqlalchemy import select

from crm.db import Base, session
from crm.errors import UsedElsewhere

Row = TypeVar("Row", bound=Base)


def standing(model: type[Row], key: str | None, **facts: Any) -> Row | None:
    """What the form with this key has made already. Raises `UsedElsewhere` where that is of other `facts`."""
    found = session().scalars(select(model).filter_by(key=key)).one_or_none() if key else None
    if found is not None and any(getattr(found, name) != value for name, value in facts.items()):
        raise UsedElsewhere
    return found


def cleaned(number: str) -> str:
    """As numbers are compared: single blanks inside and none round it, letters large, signs of full width narrow."""
    return " ".join(unicodedata.normalize("NFKC", number).upper().split())
