"""Once a business day: whoever moves customers in is told of what takes too long, and of what ends soon."""

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
from crm.moves.moving_in.listings import overdue
from crm.moves.moving_in.models import MoveIn
from crm.notifications.service import notify
from crm.properties.models import Estate

LIST = "/move-ins/under-way"


def remind() -> int:
    """How many take too long. Several clocks at once never tell of the same one twice on one day."""
    with unit_of_work():
        day = business_day()
        fresh = or_(MoveIn.warned_on.is_(None), MoveIn.warned_on < day)
        claim = update(MoveIn).where(overdue(day), fresh).values(warned_on=day)
        told = claim.returning(MoveIn.id, MoveIn.estate_id).execution_options(synchronize_session=False)
        late = Counter(row.estate_id for row in session().execute(told).all())
        for estate_id in sorted(late):
            _tell(estate_id, late[estate_id], day)
        return sum(late.values())


def _tell(estate_id: int, late: int, day: date) -> None:
    estate = session().get_one(Estate, estate_id)
    for user in who_may_in(estate_id, Permission.move_handle):
        with force_locale(user.locale):
            text = _("%(estate)s: %(count)s move-ins are under way for too long", estate=estate.name, count=late)
        notify(user.id, text, LIST, group=f"moves-{estate_id}-{day.isoformat()}", icon="key")
