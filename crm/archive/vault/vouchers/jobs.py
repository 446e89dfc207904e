"""Ringing for what stays outside: at its day, and days later for who approved it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from crm.archive.handover.service.telling import tell_at
from crm.archive.vault.keeping import custodians
from crm.archive.vault.models import OutReminder, Outstay
from crm.archive.vault.vouchers import queries
from crm.archive.vault.vouchers.figures import LATE_DAYS
from crm.archive.vault.vouchers.service.telling import ADDRESS
from crm.dates import business_day, utc_now
from crm.db import insert, session, unit_of_work


def ring_for_outside() -> int:
    """How often."""
    with unit_of_work():
        return ring_on(business_day())


def ring_on(day: date) -> int:
    """Once of each day by which it was to be back."""
    late = day - timedelta(days=LATE_DAYS.on(day))
    return _ring_all(Outstay.late, late) + _ring_all(Outstay.due, day)


def _ring_all(outstay: Outstay, back_on: date) -> int:
    return sum(_ring(row, outstay) for row in queries.still_out(back_on, outstay))


def _ring(row: Any, outstay: Outstay) -> bool:
    """Whoever stores the row first rings."""
    told = insert(OutReminder).values(voucher_id=row.id, back_on=row.back_on, outstay=outstay, told_at=utc_now())
    if session().scalar(told.on_conflict_do_nothing().returning(OutReminder.voucher_id)) is None:
        return False
    people = {row.asked_by_id, *custodians()} | ({row.decided_by_id} if outstay is Outstay.late else set())
    words = {"number": row.number, "day": row.back_on.isoformat(), "who": row.receiver}
    tell_at(
        ADDRESS.format(row.id),
        people,
        lambda: (
            _("Still outside: %(number)s, with %(who)s, was to be back by %(day)s.", **words)
            if outstay is Outstay.late
            else _("To be back by %(day)s: %(number)s, with %(who)s. Bring it back or ask for more time.", **words)
        ),
    )
    return True
