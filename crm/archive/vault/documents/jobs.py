"""Ringing once for each title document that is late into the vault, and once more for a breach (L-25, A-14)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.documents import queries
from crm.archive.vault.documents.timing import latest_late
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import Delay, TitleReminder
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work
from crm.worktime.queries import calendar

ADDRESS = "/archive/vault/documents/{}"  # of a document's page; the bell is rung where `url_for` has no request


def ring_for_late_titles() -> int:
    """How often; A and B, and at a breach the title custodian and the general manager too."""
    with unit_of_work():
        day = business_day()
        return sum(_ring_all(delay, day) for delay in (Delay.breach, Delay.alarm))


def _ring_all(delay: Delay, day: date) -> int:
    late = queries.to_tell(delay, latest_late(day, delay, calendar()))
    return sum(_ring(row, delay) for row in late)


def _ring(row: Any, delay: Delay) -> bool:
    """Whoever stores the row first rings."""
    told = insert(TitleReminder).values(document_id=row.id, delay=delay, told_at=utc_now())
    if session().scalar(told.on_conflict_do_nothing().returning(TitleReminder.document_id)) is None:
        return False
    people = {row.a_id, row.b_id}
    if delay is Delay.breach:
        people |= custodians() | queries.general_managers()
    words = {"name": row.name, "number": row.certificate_no, "title": row.title}
    tell_at(
        ADDRESS.format(row.id),
        people,
        lambda: (
            _("Breach: %(name)s %(number)s, %(title)s, is not in the vault by the next working day.", **words)
            if delay is Delay.breach
            else _("Late: %(name)s %(number)s, %(title)s, is not in the vault the same working day.", **words)
        ),
    )
    return True
