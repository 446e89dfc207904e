"""What billing does by itself: proving its books every night."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.billing.checks import CHECKS, examine
from crm.billing.events import BooksProved
from crm.db import unit_of_work
from crm.notifications.service import notify


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who approves. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(BooksProved.__name__):
            return False
        wrong = [found.name for found in examine() if found.rows]
    with unit_of_work():
        record(BooksProved(checked=list(CHECKS), faults=len(wrong)))
        for user in who_may(Permission.billing_approve) if wrong else ():
            with force_locale(user.locale):
                first = CHECKS[wrong[0]][0]
                text = _("The check of the books found %(count)d faults: %(first)s", count=len(wrong), first=first)
            notify(user.id, text, "/", icon="alert-triangle")
    return True
