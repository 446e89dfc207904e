"""The verbs of a violation."""

from crm.violations.cases.service.arriving import served, unserved
from crm.violations.cases.service.deducting import deduct
from crm.violations.cases.service.ending import drop, file, settle, settlement_hindrance
from crm.violations.cases.service.inspecting import Seen, extend, inspect
from crm.violations.cases.service.noticing import Authority, Demand, Form, escalate, serve, stop
from crm.violations.cases.service.noting import Corrected, Noted, change, note
from crm.violations.cases.service.steps import STEPS, Said, subjects

__all__ = [
    "STEPS",
    "Authority",
    "Corrected",
    "Demand",
    "Form",
    "Noted",
    "Said",
    "Seen",
    "change",
    "deduct",
    "drop",
    "escalate",
    "extend",
    "file",
    "inspect",
    "note",
    "serve",
    "served",
    "settle",
    "settlement_hindrance",
    "stop",
    "subjects",
    "unserved",
]
