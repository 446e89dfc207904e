"""Limitation in words: on the page of a bill, and in the papers of a case."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.arrears.limitation.clock import CAUSE_TITLES, Clock
from crm.billing.arrears.limitation.figures import LIMITATION_YEARS, SECOND_ALARM
from crm.billing.arrears.limitation.queries import clocks_of
from crm.billing.ledger.models import Bill
from crm.billing.ledger.notes import Note
from crm.dates import business_day
from crm.web.templating import day as shown_day


def claimable(bill: Bill) -> Note | None:
    """Until when a bill can be claimed, for whoever reads arrears; nothing of what is settled."""
    if not bill.open or not g.actor.may(Permission.arrears_read):
        return None
    today = business_day()
    found = clocks_of([bill], today)[bill.id]
    left = (found.expires_on - today).days
    tone = "danger" if left < 0 else "warning" if left <= SECOND_ALARM.on(today) else "info"
    return Note(text=f"{until(found, left)} {reason(bill, found)}", tone=tone)


def until(found: Clock, days_left: int) -> str:
    day = shown_day(found.expires_on)
    if days_left < 0:
        return _("It could be claimed in court until %(day)s; limitation has run out.", day=day)
    return _("It can be claimed in court until %(day)s.", day=day)


def reason(bill: Bill, found: Clock) -> str:
    """Since when the years count, and why."""
    years = LIMITATION_YEARS.on(business_day())
    if found.last is None:
        return _("%(years)s years from the day after the due day, %(due)s.", years=years, due=shown_day(bill.due_on))
    what = CAUSE_TITLES[found.last.cause]
    return _("%(years)s years anew from: %(what)s, %(on)s.", years=years, what=what, on=shown_day(found.last.on))
