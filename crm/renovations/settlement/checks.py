"""What the filing review asks about the end of a renovation: checked, settled, closed in time, filed (P-07, P-16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, or_

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.renovations.acceptance.figures import FIRST_CHECK_DAYS, SECOND_CHECK_DAYS
from crm.renovations.acceptance.models import RenovationAsBuilt
from crm.renovations.acceptance.queries import WAITS, is_in
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import OPEN
from crm.renovations.settlement.figures import BACK_DAYS
from crm.renovations.settlement.filing import AS_BUILT, SETTLED_AFTER
from crm.tenants.queries import File, of_dossiers
from crm.tenants.unfiled import JOB_TAKES, lies_in_a_dossier

S = RenovationState


def _about(*conditions: Any) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Renovation.number, about_id=Renovation.id, detail=Renovation.number))
    return found.join(Renovation, Renovation.customer_id == File.id).where(*conditions)


def _unchecked(day: date) -> Select[*tuple[Any, ...]]:
    """Finished and not looked at, or not looked at again once the waiting period was over."""
    first = and_(Renovation.state == S.completion, Renovation.done_on < day - timedelta(days=FIRST_CHECK_DAYS.on(day)))
    late = day - timedelta(days=SECOND_CHECK_DAYS.on(day))
    second = and_(Renovation.state == S.waiting, Renovation.second_due_on < late)
    return _about(is_in(WAITS), or_(first, second))


def _unsettled(day: date) -> Select[*tuple[Any, ...]]:
    late = day - timedelta(days=BACK_DAYS.on(day))
    return _about(OPEN, Renovation.state == S.checked, Renovation.second_passed_on < late)


def _not_closed(day: date) -> Select[*tuple[Any, ...]]:
    return _about(OPEN, Renovation.state == S.settled, Renovation.settled_at < beginning_of(day) - SETTLED_AFTER)


def _drawing_unfiled(day: date) -> Select[*tuple[Any, ...]]:
    closed = and_(Renovation.state == S.closed, Renovation.closed_at < beginning_of(day) - JOB_TAKES)
    found = _about(closed, ~lies_in_a_dossier(AS_BUILT, RenovationAsBuilt.id))
    return found.join(RenovationAsBuilt, RenovationAsBuilt.renovation_id == Renovation.id)


def _page(where: Where) -> str:
    return url_for("renovations.show", renovation_id=where.about_id)


CHECKS = (
    Check(
        kind="renovation_unchecked",
        title=_l("A renovation is finished and its check is overdue"),
        advice=_l("Make the check, and have both sides sign it."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.dispatcher,
        find=_unchecked,
        page=_page,
    ),
    Check(
        kind="renovation_unsettled",
        title=_l("A renovation is checked and its deposit should have gone back"),
        advice=_l("Settle it: make the sheet, have it signed, and pay back what is left."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unsettled,
        page=_page,
    ),
    Check(
        kind="renovation_not_closed",
        title=_l("A renovation is settled and not filed"),
        advice=_l("Close it: its papers go into the dossier then."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_not_closed,
        page=_page,
    ),
    Check(
        kind="renovation_drawing_unfiled",
        title=_l("An as-built drawing lies in no dossier"),
        advice=_l("Have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_drawing_unfiled,
        page=_page,
    ),
)
