"""The verbs of promises and instalment plans."""

from crm.billing.arrears.promises.service.planning import (
    PlanWish,
    approve,
    end,
    plan_hindrance,
    refuse,
    request,
    sign,
    withdraw_plan,
)
from crm.billing.arrears.promises.service.promising import Vow, promise, withdraw, withdrawal_hindrance

__all__ = [
    "PlanWish",
    "Vow",
    "approve",
    "end",
    "plan_hindrance",
    "promise",
    "refuse",
    "request",
    "sign",
    "withdraw",
    "withdraw_plan",
    "withdrawal_hindrance",
]
