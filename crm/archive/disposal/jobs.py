"""What the clock does about retention: it tells, and clears up what a destruction left; it destroys nothing itself."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.archive.disposal import queries
from crm.archive.disposal.models import DisposalList, DisposalState
from crm.archive.disposal.service.destroying import wipe_files
from crm.archive.disposal.service.steps import next_of, ring
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import Permission
from crm.auth.queries import who_may
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify

ADDRESS = "/archive/disposal/?standing=free"
__all__ = ["tell_of_cooled_off", "tell_of_over", "wipe_files"]


def tell_of_over() -> int:
    """How many dossiers' periods are over and free; whoever keeps the archive hears of it, counted together."""
    with unit_of_work():
        found = queries.retained()
        free = found.query.where(found.over(business_day()), ~queries.is_held(), ~queries.on_a_list())
        count = session().scalar(select(func.count()).select_from(free.with_only_columns(Dossier.id).subquery())) or 0
        for person in who_may(Permission.disposal_keep) if count else ():
            with force_locale(person.locale):
                told = _("%(count)d dossiers: the period is over and nothing holds them.", count=count)
            notify(person.id, told, ADDRESS, group="disposal", icon="archive")
        return count


def tell_of_cooled_off() -> int:
    """How many approved lists cooled off yesterday: whoever may witness hears that there is something to count."""
    with unit_of_work():
        yesterday = business_day() - timedelta(days=1)
        cooled = select(DisposalList.id).filter_by(state=DisposalState.approved, cools_until=yesterday)
        lists = [queries.find_list(key) for key in session().scalars(cooled.order_by(DisposalList.id))]
        for found in filter(None, lists):
            ring(found, next_of(found, "count"))
        return len(lists)
