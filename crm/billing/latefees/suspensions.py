"""Days on which late fees rest: packages above this one say of which bills, `crm.wiring` hands them over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, cast, false, null, select, union_all

suspensions: list[Callable[[int, date], Select[*tuple[Any, ...]]]] = []


def suspended(estate_id: int, day: date) -> Any:
    """bill_id, begins, ends: days [begins, ends) of an estate's bills as they are known on `day`; open without an end.

    The days of one bill must not overlap: each would be taken away twice.
    """
    known = [each(estate_id, day) for each in suspensions]
    return union_all(*known) if known else _nothing()


def _nothing() -> Select[*tuple[Any, ...]]:
    nobody, no_day = cast(null(), Integer), cast(null(), Date)
    return select(nobody.label("bill_id"), no_day.label("begins"), no_day.label("ends")).where(false())
