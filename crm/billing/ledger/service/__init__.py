"""The verbs of the books."""

from crm.billing.ledger.service.adjusting import (
    Wish,
    approve,
    carry_out,
    deposit_hindrance,
    hindrance,
    may_alone,
    most,
    refuse,
    request,
    return_to_deposit,
    take_back_alone,
    undo,
    withdraw,
)
from crm.billing.ledger.service.charging import Charge, charge, split
from crm.billing.ledger.service.closing import close, dispute, release_dispute
from crm.billing.ledger.service.paying import Money, allocate, receive, release, use_credit

__all__ = [
    "Charge",
    "Money",
    "Wish",
    "allocate",
    "approve",
    "carry_out",
    "charge",
    "close",
    "deposit_hindrance",
    "dispute",
    "hindrance",
    "may_alone",
    "most",
    "receive",
    "refuse",
    "release",
    "release_dispute",
    "request",
    "return_to_deposit",
    "split",
    "take_back_alone",
    "undo",
    "use_credit",
    "withdraw",
]
