"""The verbs of a complaint."""

from crm.complaints.cases.service.answering import acknowledge, contact, reply
from crm.complaints.cases.service.calling_back import Heard, call_back, reopen
from crm.complaints.cases.service.classifying import Judged, assign, classify, reclassify
from crm.complaints.cases.service.ending import Found, close, file_again, filed, withdraw
from crm.complaints.cases.service.joining import join, join_hindrance
from crm.complaints.cases.service.registering import (
    Caller,
    Complained,
    answer_under,
    find_received,
    note_caller,
    receive,
)
from crm.complaints.cases.service.rising import escalate, rise
from crm.complaints.cases.service.showing import show_number
from crm.complaints.cases.service.steps import STEPS, Said, concerned, subjects
from crm.complaints.cases.service.working import act, approve_plan, investigate, plan

__all__ = [
    "STEPS",
    "Caller",
    "Complained",
    "Found",
    "Heard",
    "Judged",
    "Said",
    "acknowledge",
    "act",
    "answer_under",
    "approve_plan",
    "assign",
    "call_back",
    "classify",
    "close",
    "concerned",
    "contact",
    "escalate",
    "file_again",
    "filed",
    "find_received",
    "investigate",
    "join",
    "join_hindrance",
    "note_caller",
    "plan",
    "receive",
    "reclassify",
    "reopen",
    "reply",
    "rise",
    "show_number",
    "subjects",
    "withdraw",
]
