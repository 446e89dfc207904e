"""What the filing review asks about instalment plans: the agreement is signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.billing.arrears.promises.figures import SIGNED_DAYS
from crm.billing.arrears.promises.models import InstalmentPlan, PlanState
from crm.dates import beginning_of
from crm.tenants.queries import File, of_dossiers


def _unsigned(day: date) -> Select[*tuple[Any, ...]]:
    until = beginning_of(day - timedelta(days=SIGNED_DAYS.on(day)))
    key = cast(InstalmentPlan.id, String)
    found = of_dossiers(*finding(key=key, about_id=InstalmentPlan.id, detail=cast(InstalmentPlan.agreed_on, String)))
    theirs = found.join(InstalmentPlan, InstalmentPlan.customer_id == File.id)
    agreed = InstalmentPlan.state == PlanState.agreed, InstalmentPlan.decided_at < until
    return theirs.where(*agreed, InstalmentPlan.upload_id.is_(None))


def _page(where: Where) -> str:
    return url_for("plans.show", plan_id=where.about_id)


CHECKS = (
    Check(
        kind="plan_unsigned",
        title=_l("An instalment plan holds and is not signed"),
        advice=_l("Have the agreement signed and put its scan on the file, or end the plan."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.arrears_reviewer,
        find=_unsigned,
        page=_page,
    ),
)
