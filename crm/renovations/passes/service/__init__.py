"""What is done with workers and passes."""

from crm.renovations.passes.service.issuing import Terms, hindrance, issue
from crm.renovations.passes.service.securing import card_out, secure
from crm.renovations.passes.service.steps import STEPS, extend, follow_permit, hand_in, lose, withdraw
from crm.renovations.passes.service.workers import (
    Person,
    change,
    keep_photo,
    register,
    registering_hindrance,
    reveal,
)

__all__ = [
    "STEPS",
    "Person",
    "Terms",
    "card_out",
    "change",
    "extend",
    "follow_permit",
    "hand_in",
    "hindrance",
    "issue",
    "keep_photo",
    "lose",
    "register",
    "registering_hindrance",
    "reveal",
    "secure",
    "withdraw",
]
