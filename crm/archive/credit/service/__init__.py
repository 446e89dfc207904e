"""The verbs of the register."""

from crm.archive.credit.service.changes import correct_end, replace
from crm.archive.credit.service.clients import ClientFacts, change_client, complete_client, register_client, reveal
from crm.archive.credit.service.papers import reserve_number
from crm.archive.credit.service.projects import (
    Application,
    Resolution,
    add_project,
    approve,
    change_application,
    check_settlement,
    end_project,
    limits_on,
    made_title,
    rank_hindrance,
    refuse,
    settle,
    withdraw,
)
from crm.archive.credit.service.repayments import repay, reverse
from crm.archive.credit.service.securities import (
    Surety,
    add_collateral,
    add_contract,
    add_guarantor,
    release_collateral,
    release_guarantor,
    void_contract,
)

__all__ = [
    "Application",
    "ClientFacts",
    "Resolution",
    "Surety",
    "add_collateral",
    "add_contract",
    "add_guarantor",
    "add_project",
    "approve",
    "change_application",
    "change_client",
    "check_settlement",
    "complete_client",
    "correct_end",
    "end_project",
    "limits_on",
    "made_title",
    "rank_hindrance",
    "refuse",
    "register_client",
    "release_collateral",
    "release_guarantor",
    "repay",
    "replace",
    "reserve_number",
    "reveal",
    "reverse",
    "settle",
    "void_contract",
    "withdraw",
]
