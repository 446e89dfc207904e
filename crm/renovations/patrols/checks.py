"""What the filing review asks about patrols: a renovation under way is looked into (P-07)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.renovations.cases.models import Renovation
from crm.renovations.patrols.models import RenovationPatrolPlan
from crm.renovations.patrols.queries import IS_DUE
from crm.tenants.queries import File, of_dossiers

Plan = RenovationPatrolPlan


def _overdue(day: date) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=Renovation.number, about_id=Renovation.id, detail=Renovation.number))
    its = found.join(Renovation, Renovation.customer_id == File.id).join(Plan, Plan.renovation_id == Renovation.id)
    return its.where(IS_DUE, Plan.next_on < day)


def _page(where: Where) -> str:
    return url_for("renovations.show", renovation_id=where.about_id, _anchor="patrols")


CHECKS = (
    Check(
        kind="renovation_patrol_overdue",
        title=_l("A patrol of a renovation is overdue"),
        advice=_l("Go there, and record what you see."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.dispatcher,
        find=_overdue,
        page=_page,
    ),
)
