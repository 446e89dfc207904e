"""The verbs of the books."""

from crm.billing.ledger.service.adjusting import (
    Wish,
    approve,
    carry_out,
    hindrance,
    may_alone,
    most,
    refuse,
    request,
    request_hindrance,
    step_hindrance,
    take_back_alone,
    undo,
    undo_hindrance,
    withdraw,
)
from crm.billing.ledger.service.charging import Charge, charge, charge_once, split, split_hindrance
from crm.billing.ledger.service.closing import close, dispute, dispute_hindrance, release_dispute
from crm.billing.ledger.service.paying import Money, allocate, receive, release, use_credit

__all__ = [
    "Charge",
    "Money",
    "Wish",
    "allocate",
    "approve",
    "carry_out",
    "charge",
    "charge_once",
    "close",
    "dispute",
    "dispute_hindrance",
    "hindrance",
    "may_alone",
    "most",
    "receive",
    "refuse",
    "release",
    "release_dispute",
    "request",
    "request_hindrance",
    "split",
    "split_hindrance",
    "step_hindrance",
    "take_back_alone",
    "undo",
    "undo_hindrance",
    "use_credit",
    "withdraw",
]
