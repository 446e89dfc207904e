"""The verbs of a repair order."""

from crm.repairs.orders.service.attaching import attach, detach, raise_for_many
from crm.repairs.orders.service.dispatching import accept, assign, classify, grab, hand_back, transfer, triage
from crm.repairs.orders.service.ending import cancel, mark_duplicate
from crm.repairs.orders.service.filing import file
from crm.repairs.orders.service.registering import Reported, find_reported, paying, register
from crm.repairs.orders.service.showing import show_number
from crm.repairs.orders.service.steps import BY_THE_HOLDER, Said, find_step, hindrance, is_repeat, offered, subjects
from crm.repairs.orders.service.visiting import Heard, visit
from crm.repairs.orders.service.working import appoint, arrive, confirm, contact, finish, redo, resume, start, wait

__all__ = [
    "BY_THE_HOLDER",
    "Heard",
    "Reported",
    "Said",
    "accept",
    "appoint",
    "arrive",
    "assign",
    "attach",
    "cancel",
    "classify",
    "confirm",
    "contact",
    "detach",
    "file",
    "find_reported",
    "find_step",
    "finish",
    "grab",
    "hand_back",
    "hindrance",
    "is_repeat",
    "mark_duplicate",
    "offered",
    "paying",
    "raise_for_many",
    "redo",
    "register",
    "resume",
    "show_number",
    "start",
    "subjects",
    "transfer",
    "triage",
    "visit",
    "wait",
]
