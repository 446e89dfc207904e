"""Hourly: every renovation under way has its plan, and whoever was to be there hears of each due day that passed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.renovations.cases.models import ON_SITE, Renovation
from crm.renovations.patrols.models import RenovationPatrolPlan
from crm.renovations.patrols.service import keep_all

Plan = RenovationPatrolPlan
LIST = "/renovations/patrols/my/"


def look_after() -> int:
    """Plans that were wrong, and patrols that are late and were not told of yet."""
    with unit_of_work():
        wrong = keep_all()
    with unit_of_work():
        return wrong + remind()


def remind() -> int:
    """How many are late. Several clocks at once never tell of one due day twice."""
    day = business_day()
    on_site = select(Renovation.id).where(Renovation.state.in_(ON_SITE))
    late = Plan.next_on < day, Plan.warned_for.is_distinct_from(Plan.next_on), Plan.renovation_id.in_(on_site)
    claim = update(Plan).where(*late).values(warned_for=Plan.next_on)
    told = claim.returning(Plan.estate_id, Plan.patroller_id).execution_options(synchronize_session=False)
    claimed = session().execute(told).all()
    by_estate: dict[int, list[Any]] = defaultdict(list)
    for row in claimed:
        by_estate[row.estate_id].append(row)
    for estate_id in sorted(by_estate):
        _tell(estate_id, by_estate[estate_id], day)
    return len(claimed)


def _tell(estate_id: int, rows: Sequence[Any], day: date) -> None:
    """Whoever patrols hears of their own and of those that are open; who leads them hears of all."""
    estate = session().get_one(Estate, estate_id)
    leads = {user.id for user in who_may_in(estate_id, Permission.renovation_decide, Permission.renovation_check)}
    for user in who_may_in(estate_id, Permission.renovation_patrol):
        count = sum(user.id in leads or row.patroller_id in (None, user.id) for row in rows)
        if count:
            _ring(user, estate, count, day)


def _ring(user: User, estate: Estate, count: int, day: date) -> None:
    with force_locale(user.locale):
        text = _("%(estate)s: %(count)s patrols of renovations are overdue", estate=estate.name, count=count)
    notify(user.id, text, LIST, group=f"patrols-{estate.id}-{day.isoformat()}", icon="eye")
