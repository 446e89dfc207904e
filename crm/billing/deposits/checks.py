"""What the filing review asks about deposits: given back or used once their day has come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, String, cast

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import RoleName
from crm.billing.deposits.figures import BACK_DAYS
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import KEPT, NOUGHT, due_since
from crm.tenants.queries import File, of_dossiers


def _overdue(day: date) -> Select[*tuple[Any, ...]]:
    since = due_since(day)
    found = of_dossiers(*finding(key=cast(Deposit.id, String), about_id=Deposit.id, detail=cast(since, String)))
    held = found.join(KEPT, KEPT.id == Dossier.subject_id).join(Deposit, Deposit.customer_id == File.id)
    return held.where(Deposit.balance > NOUGHT, since < day - timedelta(days=BACK_DAYS.on(day)))


def _page(where: Where) -> str:
    return url_for("deposits.show", deposit_id=where.about_id)


CHECKS = (
    Check(
        kind="deposit_overdue",
        title=_l("A deposit should have gone back"),
        advice=_l("Give it back or deduct from it; write to the payer if nobody comes for it."),
        measure=Measure.valid,
        kinds=PROPERTY,
        role=RoleName.cashier,
        find=_overdue,
        page=_page,
    ),
)
