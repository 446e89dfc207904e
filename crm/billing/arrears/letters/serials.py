"""The series of the letters' numbers: one for each estate and year. 2026催缴01字第0001号."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from crm.db import session
from crm.numbering import Number, NumberState, reserve


def series_name(estate_id: int) -> str:
    return f"催缴{estate_id:02d}"


def take_numbers(estate_id: int, year: int, count: int) -> Sequence[Number]:
    """The next ones, at once on their letters: a rollback of the unit of work gives them back."""
    pattern = f"{{year}}催缴{estate_id:02d}字第{{serial:04d}}号"
    taken = reserve(series_name(estate_id), pattern, year=year, count=count)
    series_id, first, last = taken[0].series_id, taken[0].serial, taken[-1].serial
    theirs = Number.series_id == series_id, Number.serial.between(first, last)
    session().execute(update(Number).where(*theirs).values(state=NumberState.committed))
    return taken
