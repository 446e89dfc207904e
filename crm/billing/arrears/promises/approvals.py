"""Instalment plans that wait for a decision of another than asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.arrears.promises.models import InstalmentPlan, PlanState
from crm.steps.approvals import Approvals, waits
from crm.tenants.models import Customer

PLAN = InstalmentPlan


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=PLAN.id,
            about=Customer.name,
            amount=PLAN.total,
            asked_by=User.full_name,
            asked_at=PLAN.requested_at,
            estate_id=PLAN.estate_id,
        )
        .join(Customer, Customer.id == PLAN.customer_id)
        .join(User, User.id == PLAN.requested_by_id)
        .where(PLAN.state == PlanState.requested, PLAN.requested_by_id.is_distinct_from(actor().user_id))
    )


PLANS = Approvals(
    name="instalment_plan",
    title=_l("Instalment plan"),
    permission=Permission.arrears_approve,
    waiting=_waiting,
    page=lambda key: url_for("plans.show", plan_id=key),
)
