"""Once a day whoever drafted and whoever issued a notice is told who is still unreached on the day it was to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select, update

from crm.audit.log import record
from crm.auth.models import User
from crm.correspondence.notices import queries
from crm.correspondence.notices.events import NoticeUnreachedTold
from crm.correspondence.notices.models import ADDRESS, Notice, NoticeHousehold, NoticeState
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.notifications.service import notify


def remind() -> int:
    """How many notices were told about. Several clocks at once never ring twice on one day."""
    day = business_day()
    with unit_of_work(writes=False):
        due = session().scalars(select(Notice.id).where(*_due(day)).order_by(Notice.id)).all()
    return sum(_remind_of(notice_id, day) for notice_id in due)


def _due(day: date) -> tuple[ColumnElement[bool], ...]:
    unreached = exists().where(NoticeHousehold.notice_id == Notice.id, queries.UNREACHED).correlate(Notice)
    new = or_(Notice.warned_on.is_(None), Notice.warned_on < day)
    return Notice.state == NoticeState.issued, Notice.reach_by <= day, new, unreached


def _remind_of(notice_id: int, day: date) -> bool:
    with unit_of_work():
        told = update(Notice).where(Notice.id == notice_id, *_due(day)).values(warned_on=day)
        options = {"synchronize_session": False}
        if session().scalar(told.returning(Notice.id), execution_options=options) is None:
            return False
        notice = session().get_one(Notice, notice_id)
        unreached = queries.tally(notice_id).unreached
        for user in _whom(notice):
            with force_locale(user.locale):
                words = _("%(number)s: %(count)s households are still unreached", number=notice.number, count=unreached)
            address = f"{ADDRESS.format(notice_id)}/unreached"
            notify(user.id, words, address, group=f"notice-{notice_id}", icon="bell")
        said = {"household_notice_id": notice_id, "number": notice.number or "", "unreached": unreached}
        record(NoticeUnreachedTold(**said))
        return True


def _whom(notice: Notice) -> Sequence[User]:
    ids = {notice.drafted_by_id, notice.issued_by_id} - {None}
    return session().scalars(select(User).where(User.id.in_(ids), User.active).order_by(User.id)).all()
