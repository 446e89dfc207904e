"""The series of the letters' numbers: one for each estate and year. 2026催缴01字第0001号."""

from __future__ import annotations

from collections.abc import Sequence

from crm.numbering import Taken, take_all


def series_name(estate_id: int) -> str:
    return f"催缴{estate_id:02d}"


def take_numbers(estate_id: int, year: int, count: int) -> Sequence[Taken]:
    """The next ones, at once on their letters: a rollback of the unit of work gives them back."""
    pattern = f"{{year}}催缴{estate_id:02d}字第{{serial:04d}}号"
    return take_all(series_name(estate_id), pattern, year=year, count=count)
