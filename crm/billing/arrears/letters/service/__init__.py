"""The verbs of letters: make them, roll them back, print and mail them, note how they were served."""

from __future__ import annotations

from crm.billing.arrears.letters.service.making import hindrance, make, roll_back, rollback_hindrance
from crm.billing.arrears.letters.service.printing import note_print, note_prints, print_hindrance, printed_before
from crm.billing.arrears.letters.service.serving import (
    mail_hindrance,
    mail_sent,
    note_delivery,
    post_demand,
    serving_hindrance,
    take_back,
    take_back_hindrance,
)

__all__ = [
    "hindrance",
    "mail_hindrance",
    "mail_sent",
    "make",
    "note_delivery",
    "note_print",
    "note_prints",
    "post_demand",
    "print_hindrance",
    "printed_before",
    "roll_back",
    "rollback_hindrance",
    "serving_hindrance",
    "take_back",
    "take_back_hindrance",
]
