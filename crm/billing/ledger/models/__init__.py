"""The tables of the books, one file for each kind of document."""

from crm.billing.ledger.models.adjustment import (
    ADJUSTMENT_TITLES,
    OF_A_BILL,
    REQUEST_TITLES,
    WORKFLOW,
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    RequestState,
)
from crm.billing.ledger.models.bill import BILL_TITLES, SOURCE_TITLES, Bill, BillSource, BillState
from crm.billing.ledger.models.books import Dispute, PeriodClose
from crm.billing.ledger.models.payment import (
    AT_THE_COUNTER,
    METHOD_TITLES,
    RULE_TITLES,
    Allocation,
    Method,
    Payment,
    Rule,
)

__all__ = [
    "ADJUSTMENT_TITLES",
    "AT_THE_COUNTER",
    "BILL_TITLES",
    "METHOD_TITLES",
    "OF_A_BILL",
    "REQUEST_TITLES",
    "RULE_TITLES",
    "SOURCE_TITLES",
    "WORKFLOW",
    "Adjustment",
    "AdjustmentKind",
    "AdjustmentRequest",
    "Allocation",
    "Bill",
    "BillSource",
    "BillState",
    "Dispute",
    "Method",
    "Payment",
    "PeriodClose",
    "RequestState",
    "Rule",
]
