"""The verbs of the register."""

from crm.archive.credit.service.changes import correct_end, replace
from crm.archive.credit.service.projects import (
    Application,
    Resolution,
    add_project,
    approve,
    business_day,
    change_application,
    end_project,
    limits_on,
    rank_hindrance,
    refuse,
    settle,
    withdraw,
)

__all__ = [
    "Application",
    "Resolution",
    "add_project",
    "approve",
    "business_day",
    "change_application",
    "correct_end",
    "end_project",
    "limits_on",
    "rank_hindrance",
    "refuse",
    "replace",
    "settle",
    "withdraw",
]
