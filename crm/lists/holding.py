"""Whether a part of a word stands in a column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_


def holding(text: str, *columns: Any) -> ColumnElement[bool]:
    """One of the columns has the text somewhere in it, however its letters are written.

    Chinese and digits are written one way only: the database is spared the folding, which is half of its work.
    """
    if text.lower() == text.upper():
        return or_(*(column.contains(text, autoescape=True) for column in columns))
    return or_(*(column.icontains(text, autoescape=True) for column in columns))
