"""The verbs of a settlement."""

from crm.renovations.settlement.service.carrying_out import Payout, ask_refund, carry_out
from crm.renovations.settlement.service.ending import close, reopen
from crm.renovations.settlement.service.proposing import Line, propose
from crm.renovations.settlement.service.signing import Signed, drop, object_to, reply, sign
from crm.renovations.settlement.service.steps import STEPS, sheet_hindrance

__all__ = [
    "STEPS",
    "Line",
    "Payout",
    "Signed",
    "ask_refund",
    "carry_out",
    "close",
    "drop",
    "object_to",
    "propose",
    "reopen",
    "reply",
    "sheet_hindrance",
    "sign",
]
