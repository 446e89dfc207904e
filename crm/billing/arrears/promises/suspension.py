"""While a plan is kept no late fee comes of the bills it covers; `crm.wiring` hands this to `crm.billing.latefees`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, func, literal, select

from crm.billing.arrears.promises.models import InstalmentPlan, PlanBill, PlanState
from crm.billing.arrears.promises.standing import broken_plans
from crm.sql import day_after, earlier

NEVER = date(9999, 12, 30)


def covered_days(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """bill_id, begins, ends: from the day a plan was agreed up to, without, the day it was broken or ended.

    Broken is it on the day after the instalment's that was missed: that day costs again.
    """
    broken = broken_plans(day).subquery("broken")
    never = literal(NEVER, Date)
    ends = earlier(
        func.coalesce(day_after(broken.c.missed_on), never), func.coalesce(InstalmentPlan.ended_on, never), type_=Date
    )
    return (
        select(PlanBill.bill_id, InstalmentPlan.agreed_on.label("begins"), ends.label("ends"))
        .join(InstalmentPlan, InstalmentPlan.id == PlanBill.plan_id)
        .outerjoin(broken, broken.c.plan_id == InstalmentPlan.id)
        .where(InstalmentPlan.estate_id == estate_id)
        .where(InstalmentPlan.state.in_((PlanState.agreed, PlanState.ended)))
    )
