"""What the clock does about complaints: a promise that ran out puts a case one level up, once and in its own hours; and
every night whether the cases under way say what their steps say."""

from __future__ import annotations

from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select, update

from crm.audit.log import record
from crm.audit.queries import told_today
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.cases.events import ComplaintsProved
from crm.complaints.cases.figures import Promise
from crm.complaints.cases.invariants import Fault, faults
from crm.complaints.cases.models import ADDRESS, Complaint
from crm.complaints.cases.queries import IS_UNREPLIED
from crm.complaints.cases.service import rise
from crm.complaints.categories.models import Severity
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.notifications.service import notify
from crm.worktime.queries import is_open


def escalate() -> int:
    """How many promises were found to have run out: of urgent cases at any hour, of others while the office is open."""
    now = utc_now()
    with unit_of_work(writes=False):
        found = [(promise, key) for promise in Promise for key in session().scalars(_late(promise, now))]
    return sum(_rise(promise, complaint_id, now) for promise, complaint_id in found)


def _late(promise: Promise, now: datetime) -> Select[int]:
    """The ids of cases that nobody has spoken of yet."""
    return select(Complaint.id).where(*_conditions(promise, now)).order_by(Complaint.id)


def _conditions(promise: Promise, now: datetime) -> list[ColumnElement[bool]]:
    due, warned = _columns(promise)
    wanted = [IS_UNREPLIED, due < now, warned.is_(None)]
    if promise is Promise.answer:
        wanted.append(Complaint.acknowledged_at.is_(None))
    return wanted if is_open(now) else [*wanted, Complaint.severity == Severity.urgent]


def _columns(promise: Promise) -> tuple[ColumnElement[datetime], ColumnElement[datetime]]:
    return getattr(Complaint, f"{promise}_due_at"), getattr(Complaint, f"{promise}_warned_at")


def _rise(promise: Promise, complaint_id: int, now: datetime) -> bool:
    """Claimed by one UPDATE: several clocks at once never put a case up twice."""
    with unit_of_work():
        due = update(Complaint).where(Complaint.id == complaint_id, *_conditions(promise, now))
        claim = due.values({f"{promise}_warned_at": now}).returning(Complaint.id)
        if not session().execute(claim.execution_options(synchronize_session=False)).all():
            return False
        rise(session().get_one(Complaint, complaint_id), promise)
    return True


def prove_nightly() -> bool:
    """Once a business day, told in the log; faults also to who leads there. Twice is as good as once."""
    with unit_of_work(writes=False):
        if told_today(ComplaintsProved.__name__):
            return False
        wrong = faults()
    with unit_of_work():
        record(ComplaintsProved(faults=len(wrong), examples=[fault.told() for fault in wrong[:3]]))
        if wrong:
            _tell(wrong)
    return True


def _tell(wrong: list[Fault]) -> None:
    first = session().get_one(Complaint, wrong[0].complaint_id)
    for user in who_may_in(first.estate_id, Permission.complaint_lead):
        with force_locale(user.locale):
            text = _(
                "The check of the complaints found %(count)d faults: %(first)s", count=len(wrong), first=first.number
            )
        notify(user.id, text, ADDRESS.format(first.id), icon="alert-triangle")
