"""What is closed and does not lie in the customers' dossiers: its job did not come to its end, or nobody asked for it.

A feature says of its own how many there are (`crm.wiring` fills `counts`); the archivists of the estate are told.
Clauses P-12, P-13, P-15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.models import Dossier, Item
from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.dates import business_day, utc_now
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.properties.models import Estate
from crm.tenants.events import UnfiledCounted

JOB_TAKES = timedelta(hours=12)  # at most, to put a paper there


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfiled:
    """`since`: the moment from which on it should lie there; `after`: how long that may take; `address`: the list."""

    title: Any
    condition: ColumnElement[bool]
    estate_id: Any
    since: Any
    address: str
    after: timedelta = JOB_TAKES

    def waits(self, now: datetime) -> ColumnElement[bool]:
        """It should lie there by `now`."""
        return and_(self.condition, self.is_time(now))

    def is_time(self, now: datetime) -> ColumnElement[bool]:
        """Whatever of it lies there: what is filed should be by `now`."""
        begun: ColumnElement[bool] = self.since < now - self.after
        return begun

    def by_estate(self, now: datetime) -> Select[int, int]:
        found = select(self.estate_id, func.count()).where(self.waits(now))
        return found.group_by(self.estate_id).order_by(self.estate_id)


Former = aliased(Dossier)  # of a file that was merged
counts: list[Callable[[], Unfiled]] = []


def lies_in_a_dossier(kind: str, thing_id: Any) -> ColumnElement[bool]:
    return exists().where(Item.source_kind == kind, Item.source_id == thing_id)


def lies_in_theirs(kind: str, thing_id: Any) -> ColumnElement[bool]:
    """In the dossier asked about, or in one of a file that was merged into its customer's."""
    merged = select(Former.id).where(Former.continued_in_id == Dossier.id).correlate(Dossier)
    there = or_(Item.dossier_id == Dossier.id, Item.dossier_id.in_(merged))
    return exists().where(Item.source_kind == kind, Item.source_id == thing_id, there)


def count_nightly() -> bool:
    """Once a business day, told in the log. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(UnfiledCounted.__name__):
            return False
        now, things = utc_now(), [count() for count in counts]
        found = [(each, key, many) for each in things for key, many in session().execute(each.by_estate(now))]
    with unit_of_work():
        record(UnfiledCounted(unfiled=sum(many for _each, _key, many in found)))
        for each, estate_id, many in found:
            _tell(each, session().get_one(Estate, estate_id), many, business_day())
    return True


def _tell(unfiled: Unfiled, estate: Estate, many: int, day: date) -> None:
    for user in who_may_in(estate.id, Permission.dossier_keep):
        with force_locale(user.locale):
            told = {"estate": estate.name, "what": unfiled.title, "count": many}
            text = _("%(estate)s · %(what)s: %(count)d are closed and lie in no dossier yet", **told)
        notify(user.id, text, unfiled.address, group=f"unfiled-{estate.id}-{unfiled.address}-{day}", icon="folder")
