"""Numbers that stand in an older register are taken over as they are; the series goes on after the highest.

1..n stay all there (I4): what is missing below the highest becomes void with a reason, if whoever takes over says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from flask_babel import gettext as _
from sqlalchemy import select

from crm import numbering
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import pattern
from crm.archive.numbers.service import commit, void
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.numbering import NumberSeries


def last_serials() -> dict[tuple[str, int], int]:
    """(word, year) -> the highest serial taken so far, of every series that has begun."""
    found = session().execute(select(NumberSeries.name, NumberSeries.year, NumberSeries.last))
    return {(row.name, row.year): row.last for row in found}


def missing(last: int, serials: Set[int]) -> list[int]:
    """Those that would stay empty between the series' `last` and the highest of `serials`."""
    return [serial for serial in range(last + 1, max(serials, default=0) + 1) if serial not in serials]


def take_over(word: str, year: int, titles: Mapping[int, str], reason: str, by: str) -> dict[int, ArchiveNumber]:
    """Serial -> committed number, for serials above the series' last; those between are void with `reason`."""
    last, highest = last_serials().get((word, year), 0), max(titles)
    taken = numbering.reserve(word, pattern(word), year=year, count=highest - last)
    if taken[0].serial != last + 1:
        raise DomainError(_("Somebody took a number of this series just now. Check again and take over then."))
    made: dict[int, ArchiveNumber] = {}
    for number in taken:
        row = ArchiveNumber(
            id=number.id,
            word=word,
            year=year,
            title=titles.get(number.serial, reason),
            reserved_at=utc_now(),
            reserved_by=by,
            number=number,
        )
        made[number.serial] = row
    session().add_all(made.values())
    session().flush()
    for serial, row in made.items():
        if serial in titles:
            commit(row)
        else:
            void(row, reason)
    return {serial: row for serial, row in made.items() if serial in titles}
