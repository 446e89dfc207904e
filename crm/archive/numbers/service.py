"""Taking archive numbers and settling what becomes of them. Clauses L-21, L-31; A-09, A-10."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm import numbering
from crm.archive.numbers.events import NumberCommitted, NumberReserved, NumberVoided
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.naming import is_word, pattern
from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError


def reserve(word: str, year: int, title: str) -> ArchiveNumber:
    """The next number of the word and year, promised to `title`; a rollback gives it back.

    `year` is the business year of the project's end, also when it is filed in the next.
    """
    if not is_word(word):
        raise DomainError(
            _("%(word)s cannot be the word of a number. Take letters without blanks or digits.", word=word)
        )
    [number] = numbering.reserve(word, pattern(word), year=year)
    made = ArchiveNumber(
        id=number.id,
        word=word,
        year=year,
        title=title,
        reserved_at=utc_now(),
        reserved_by=g.actor.name,
        number=number,
    )
    session().add(made)
    session().flush()
    record(NumberReserved(archive_number_id=made.id, number=made.text, title=title))
    return made


def commit(number: ArchiveNumber) -> None:
    """The dossier with this number stands in the archive. Raises `DomainError` unless it is reserved."""
    number.number.commit()
    _settle(number)
    record(NumberCommitted(archive_number_id=number.id, number=number.text, title=number.title))


def void(number: ArchiveNumber, reason: str) -> None:
    """Give it up for good, with a reason; it stays in the ledger as 作废 and is never used again."""
    number.number.void(reason)
    _settle(number)
    record(NumberVoided(archive_number_id=number.id, number=number.text, title=number.title, reason=reason))


def _settle(number: ArchiveNumber) -> None:
    number.settled_at, number.settled_by = utc_now(), g.actor.name
    session().flush()
