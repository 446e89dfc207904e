"""What the filing review asks about violations: notice and re-inspections lie in the dossier (P-13)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.tenants.queries import File, of_dossiers
from crm.violations.cases.models import UNSETTLED, Violation, ViolationState
from crm.violations.cases.present import unfiled
from crm.violations.cases.queries import OPEN

SETTLED_AFTER = timedelta(days=7)  # what is settled is filed by hand, within the week as letters are


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Violation.number, about_id=Violation.id, detail=Violation.number))
    return found.join(Violation, Violation.customer_id == File.id).where(_waits(day))


def _waits(day: date) -> ColumnElement[bool]:
    now = beginning_of(day)
    settled = and_(Violation.state == ViolationState.settled, Violation.settled_at < now - SETTLED_AFTER)
    return or_(unfiled().waits(now), settled)


def pressing(_day: date) -> Select[Any]:
    """Whose violation is not settled."""
    unsettled = Violation.state.in_(bindparam("unsettled", UNSETTLED, expanding=True, literal_execute=True))
    return select(Violation.customer_id).where(OPEN, unsettled, Violation.customer_id.is_not(None))


def _page(where: Where) -> str:
    return url_for("violations.show", violation_id=where.about_id)


CHECKS = (
    Check(
        kind="violation_unfiled",
        title=_l("A violation is settled and not filed"),
        advice=_l("File it; where that was done, have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled,
        page=_page,
    ),
)
