"""The verbs of lending."""

from crm.archive.lending.service.asking import (
    Wish,
    approve,
    cancel,
    change,
    hand_in,
    make,
    put_dossier_on,
    put_on,
    reject,
    take_off,
)
from crm.archive.lending.service.extending import ask as ask_extension
from crm.archive.lending.service.extending import decide as decide_extension
from crm.archive.lending.service.extending import recall
from crm.archive.lending.service.incidents import Loss
from crm.archive.lending.service.issuing import issue
from crm.archive.lending.service.returning import (
    Found,
    back_action,
    check,
    close_incident,
    report,
    reshelve,
    take_back,
    way_back,
)
from crm.archive.lending.service.steps import STEPS, Said

__all__ = [
    "STEPS",
    "Found",
    "Loss",
    "Said",
    "Wish",
    "approve",
    "ask_extension",
    "back_action",
    "cancel",
    "change",
    "check",
    "close_incident",
    "decide_extension",
    "hand_in",
    "issue",
    "make",
    "put_dossier_on",
    "put_on",
    "recall",
    "reject",
    "report",
    "reshelve",
    "take_back",
    "take_off",
    "way_back",
]
