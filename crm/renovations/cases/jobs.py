"""Once a business day: whoever keeps renovations is told of permits that run out or have run out."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, update

from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.renovations.cases.figures import WARNED_DAYS
from crm.renovations.cases.models import ADDRESS, Renovation
from crm.renovations.cases.queries import expiring

LIST = "/renovations/permits"


def remind() -> int:
    """How many were told of: each when it comes near, and once more when it is over; by several clocks, once."""
    with unit_of_work():
        day = business_day()
        warned = day + timedelta(days=WARNED_DAYS.on(day))
        fresh = or_(
            Renovation.warned_on.is_(None),
            (Renovation.valid_to < day) & (Renovation.warned_on <= Renovation.valid_to),
        )
        claim = update(Renovation).where(expiring(warned), fresh).values(warned_on=day)
        told = claim.returning(Renovation.id, Renovation.estate_id, Renovation.valid_to).execution_options(
            synchronize_session=False
        )
        claimed = session().execute(told).all()
        due = Counter(row.estate_id for row in claimed)
        over = Counter(row.estate_id for row in claimed if row.valid_to < day)
        pages = {row.estate_id: ADDRESS.format(row.id) for row in claimed if due[row.estate_id] == 1}
        for estate_id in sorted(due):
            _tell(estate_id, due[estate_id], over[estate_id], day, pages.get(estate_id, LIST))
        return len(claimed)


def _tell(estate_id: int, due: int, over: int, day: date, page: str) -> None:
    estate = session().get_one(Estate, estate_id)
    for user in who_may_in(estate_id, Permission.renovation_log):
        with force_locale(user.locale):
            told = {"estate": estate.name, "count": due, "over": over}
            text = _("%(estate)s: %(count)s renovation permits run out, %(over)s of them are over", **told)
        notify(user.id, text, page, group=f"renovations-{estate_id}-{day.isoformat()}", icon="tool")
