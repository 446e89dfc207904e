"""The clock: a version whose day has come is in force; whoever keeps procedures is told which are to be reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may, who_may_in
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.engineering.procedures.figures import TELL_AHEAD
from crm.engineering.procedures.models import ADDRESS, Procedure, ProcedureState, ProcedureVersion
from crm.engineering.procedures.queries import get_version
from crm.engineering.procedures.service import enter_into_force, hold
from crm.notifications.service import notify

AGAIN = timedelta(days=30)  # what nobody reviews is told of anew


def look_after() -> int:
    """How many came into force, and of how many somebody was told. Twice is as good as once."""
    return bring_into_force() + remind()


def bring_into_force() -> int:
    """Each stands by itself, held and looked at anew: it may have been withdrawn meanwhile."""
    due = ProcedureVersion.state == ProcedureState.approved, ProcedureVersion.valid_from <= business_day()
    with unit_of_work(writes=False):
        ids = session().scalars(select(ProcedureVersion.id).where(*due).order_by(ProcedureVersion.id)).all()
    return sum(_enter(key) for key in ids)


def _enter(key: int) -> bool:
    with unit_of_work():
        version = get_version(key)
        hold(version.procedure)
        session().refresh(version, ["state", "version"])
        if version.state is not ProcedureState.approved:
            return False
        enter_into_force(version)
        return True


def remind() -> int:
    """Once when the day comes near, once when it has passed, then every thirty days. Of several clocks one tells."""
    with unit_of_work():
        day = business_day()
        passed = (ProcedureVersion.review_by < day) & (ProcedureVersion.warned_on <= ProcedureVersion.review_by)
        fresh = or_(ProcedureVersion.warned_on.is_(None), passed, ProcedureVersion.warned_on <= day - AGAIN)
        near = ProcedureVersion.review_by <= day + timedelta(days=TELL_AHEAD.on(day))
        due = ProcedureVersion.state == ProcedureState.in_force, near, fresh
        claim = update(ProcedureVersion).where(*due).values(warned_on=day).returning(ProcedureVersion.id)
        claimed = session().scalars(claim.execution_options(synchronize_session=False)).all()
        for row in _told_of(claimed):
            _tell(row, day)
        return len(claimed)


def _told_of(version_ids: Sequence[int]) -> Sequence[Any]:
    columns = Procedure.id, Procedure.number, Procedure.title, Procedure.estate_id, ProcedureVersion.review_by
    found = select(*columns).join(ProcedureVersion, ProcedureVersion.procedure_id == Procedure.id)
    return session().execute(found.where(ProcedureVersion.id.in_(version_ids)).order_by(Procedure.number)).all()


def _tell(row: Any, day: date) -> None:
    for user in _keepers(row.estate_id):
        with force_locale(user.locale):
            told = {"number": row.number, "title": row.title, "day": row.review_by.isoformat()}
            if row.review_by < day:
                text = _("The review of %(number)s %(title)s was due on %(day)s", **told)
            else:
                text = _("%(number)s %(title)s is to be reviewed by %(day)s", **told)
        notify(user.id, text, ADDRESS.format(row.id), group=f"procedure-{row.id}", icon="file-text")


def _keepers(estate_id: int | None) -> Sequence[User]:
    keep = Permission.engineering_keep
    return who_may(keep) if estate_id is None else who_may_in(estate_id, keep)
