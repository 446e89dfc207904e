"""The verbs of the deposits' book."""

from crm.billing.deposits.service.asking import (
    Line,
    Wish,
    approve,
    ask,
    fault_of_bills,
    hindrance,
    may_alone,
    pay_out,
    refuse,
    take_back,
    withdraw,
)
from crm.billing.deposits.service.booking import reversal_hindrance
from crm.billing.deposits.service.taking import Taking, take
from crm.billing.deposits.service.tying_out import Statement, tie_out

__all__ = [
    "Line",
    "Statement",
    "Taking",
    "Wish",
    "approve",
    "ask",
    "fault_of_bills",
    "hindrance",
    "may_alone",
    "pay_out",
    "refuse",
    "reversal_hindrance",
    "take",
    "take_back",
    "tie_out",
    "withdraw",
]
