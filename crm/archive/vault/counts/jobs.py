"""What the clock does about the vault: ordering counts that are due, ringing for what stays out or unsealed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.vault.counts import queries
from crm.archive.vault.counts.figures import MONTHS
from crm.archive.vault.counts.service.ending import DAYS
from crm.archive.vault.counts.service.ordering import ADDRESS, order
from crm.archive.vault.keeping import ever_used, hand_over_received, hold_vault, safes
from crm.archive.vault.models import CountKind
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day, months_later
from crm.db import session, unit_of_work
from crm.notifications.models import Notification
from crm.notifications.service import notify
from crm.worktime.queries import calendar

KEEPS = (Permission.title_keep, Permission.title_approve)


def keep_vault() -> int:
    """Once a day is enough and more does no harm: a count is ordered once, a bell rings once for each day."""
    with unit_of_work():
        hold_vault()
        hand_over_received()
        return len(order_due(business_day())) + ring_for_late(business_day())


def order_due(day: date) -> list[int]:
    """A count of each safe with title documents whose last one is long enough ago."""
    last, live = queries.last_ordered(), {count.safe_id for count in queries.live()}
    months = MONTHS.on(day)
    due = [
        safe
        for safe in safes()
        if safe.id not in live
        and (safe.id not in last or months_later(last[safe.id], months) <= day)
        and ever_used(safe.id)
    ]
    return [order(safe, CountKind.scheduled).id for safe in due]


def is_late(day: date, today: date) -> bool:
    """A day with movements is sealed by the end of the next working day."""
    return calendar().add(day, 1).day < today


def late_days(today: date) -> list[date]:
    return [day for day in queries.unsealed_days() if is_late(day, today)]


def ring_for_late(today: date) -> int:
    rung = 0
    for day in late_days(today):
        written = day.isoformat()
        rung += _ring_once(DAYS.format(written), _words(_unsealed, written))
    for count in queries.live():
        if count.due_on < today:
            who = (Permission.title_approve,) if queries.is_secret(count) else KEEPS
            rung += _ring_once(ADDRESS.format(count.id), _words(_uncounted, count.safe.path), who)
    return rung


def _unsealed(day: str) -> str:
    return _("Vault: the day %(day)s is not sealed.", day=day)


def _uncounted(safe: str) -> str:
    return _("Count overdue: %(safe)s.", safe=safe)


def _words(told: Callable[[str], str], about: str) -> Callable[[], str]:
    return lambda: told(about)


def _ring_once(page: str, words: Callable[[], str], who: Sequence[Permission] = KEEPS) -> int:
    """Once a business day for each matter; who has read it is not rung again that day."""
    rung, group = 0, f"vault-{page}-{business_day().isoformat()}"
    told = set(session().scalars(select(Notification.user_id).where(Notification.group == group)))
    for user in who_may(*who):
        if user.id in told:
            continue
        with force_locale(user.locale):
            text = words()
        notify(user.id, text, page, group=group, icon="lock")
        rung += 1
    return rung
