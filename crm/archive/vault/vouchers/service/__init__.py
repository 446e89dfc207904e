"""The verbs of vouchers: asking, deciding, preparing, and two people carrying them out."""

from crm.archive.vault.vouchers.service.asking import Asked, ask, receipt_voucher
from crm.archive.vault.vouchers.service.carrying import confirm
from crm.archive.vault.vouchers.service.deciding import approve, attach_scan, cancel, refuse
from crm.archive.vault.vouchers.service.preparing import Prepared, prepare
from crm.archive.vault.vouchers.service.prolonging import ask_longer, decide_longer

__all__ = [
    "Asked",
    "Prepared",
    "approve",
    "ask",
    "ask_longer",
    "attach_scan",
    "cancel",
    "confirm",
    "decide_longer",
    "prepare",
    "receipt_voucher",
    "refuse",
]
