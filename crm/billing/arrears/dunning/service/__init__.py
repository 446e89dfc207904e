"""The verbs of the dunning model: its steps, who is left out, which lines are parked."""

from crm.billing.arrears.dunning.service.excluding import end, exclude, exclusion_hindrance
from crm.billing.arrears.dunning.service.parking import park
from crm.billing.arrears.dunning.service.stepping import add, change, copy_from, retire, start_hindrance, take_usual

__all__ = [
    "add",
    "change",
    "copy_from",
    "end",
    "exclude",
    "exclusion_hindrance",
    "park",
    "retire",
    "start_hindrance",
    "take_usual",
]
