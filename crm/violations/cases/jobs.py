"""Once a business day: whoever handles violations is told what is to be looked at again."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, update

from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.violations.cases.models import ADDRESS, Violation
from crm.violations.cases.queries import IS_TO_INSPECT

LIST = "/violations/inspections"


def remind() -> int:
    """How many are due. Several clocks at once never tell of the same one twice on one day."""
    with unit_of_work():
        day = business_day()
        fresh = or_(Violation.warned_on.is_(None), Violation.warned_on < day)
        claim = update(Violation).where(IS_TO_INSPECT, Violation.due_on <= day, fresh).values(warned_on=day)
        told = claim.returning(Violation.id, Violation.estate_id, Violation.due_on).execution_options(
            synchronize_session=False
        )
        claimed = session().execute(told).all()
        due = Counter(row.estate_id for row in claimed)
        late = Counter(row.estate_id for row in claimed if row.due_on < day)
        pages = {row.estate_id: ADDRESS.format(row.id) for row in claimed if due[row.estate_id] == 1}
        for estate_id in sorted(due):
            _tell(estate_id, due[estate_id], late[estate_id], day, pages.get(estate_id, LIST))
        return len(claimed)


def _tell(estate_id: int, due: int, late: int, day: date, page: str) -> None:
    estate = session().get_one(Estate, estate_id)
    for user in who_may_in(estate_id, Permission.violation_handle):
        with force_locale(user.locale):
            told = {"estate": estate.name, "count": due, "late": late}
            text = _("%(estate)s: %(count)s violations to look at again, %(late)s of them overdue", **told)
        notify(user.id, text, page, group=f"violations-{estate_id}-{day.isoformat()}", icon="eye")
