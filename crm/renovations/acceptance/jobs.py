"""Once a business day: whoever checks is told of the checks that are due and of the fix lists whose day has come."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select, update

from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.renovations.acceptance.models import RenovationCheck
from crm.renovations.acceptance.queries import LAST, TO_MEND, is_due, is_in
from crm.renovations.cases.models import ADDRESS, Renovation

LIST = "/renovations/checks/"


def remind() -> int:
    """How many are due. Several clocks at once never tell of the same one twice on one day."""
    with unit_of_work():
        day = business_day()
        over = select(RenovationCheck.id).where(RenovationCheck.id == LAST, RenovationCheck.due_on <= day).exists()
        waits = or_(is_due(day), and_(is_in(TO_MEND), over))
        fresh = or_(Renovation.warned_on.is_(None), Renovation.warned_on < day)
        claim = update(Renovation).where(waits, fresh).values(warned_on=day)
        told = claim.returning(Renovation.id, Renovation.estate_id).execution_options(synchronize_session=False)
        claimed = session().execute(told).all()
        due = Counter(row.estate_id for row in claimed)
        pages = {row.estate_id: ADDRESS.format(row.id) for row in claimed if due[row.estate_id] == 1}
        for estate_id in sorted(due):
            _tell(estate_id, due[estate_id], day, pages.get(estate_id, LIST))
        return len(claimed)


def _tell(estate_id: int, due: int, day: date, page: str) -> None:
    estate = session().get_one(Estate, estate_id)
    for user in who_may_in(estate_id, Permission.renovation_check):
        with force_locale(user.locale):
            text = _("%(estate)s: %(count)s renovations to be checked", estate=estate.name, count=due)
        notify(user.id, text, page, group=f"renovation-checks-{estate_id}-{day.isoformat()}", icon="eye")
