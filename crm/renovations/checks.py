"""What the filing review asks about renovations: papers lie in the dossier, nobody builds without a permit (P-07)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.queries import IS_ON_SITE, OPEN
from crm.renovations.cases.unfiled import permit_unfiled, record_unfiled
from crm.tenants.queries import File, of_dossiers


def _about(*conditions: Any) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Renovation.number, about_id=Renovation.id, detail=Renovation.number))
    return found.join(Renovation, Renovation.customer_id == File.id).where(*conditions)


def _expired(day: date) -> Select[*tuple[Any, ...]]:
    return _about(OPEN, IS_ON_SITE, Renovation.valid_to < day)


def _permit_unfiled(day: date) -> Select[*tuple[Any, ...]]:
    return _about(permit_unfiled().waits(beginning_of(day)))


def _record_unfiled(day: date) -> Select[*tuple[Any, ...]]:
    return _about(record_unfiled().waits(beginning_of(day)))


def pressing(_day: date) -> Select[Any]:
    """Whose renovation is open."""
    return select(Renovation.customer_id).where(OPEN)


def _page(where: Where) -> str:
    return url_for("renovations.show", renovation_id=where.about_id)


CHECKS = (
    Check(
        kind="renovation_permit_expired",
        title=_l("A renovation goes on and its permit has expired"),
        advice=_l("Ask for an extension, have the work checked, or stop it."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_expired,
        page=_page,
    ),
    Check(
        kind="renovation_permit_unfiled",
        title=_l("A renovation permit is issued and lies in no dossier"),
        advice=_l("Have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_permit_unfiled,
        page=_page,
    ),
    Check(
        kind="renovation_unfiled",
        title=_l("A renovation is over and its record lies in no dossier"),
        advice=_l("Have the background work that failed done again."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_record_unfiled,
        page=_page,
    ),
)
