"""The verbs of a renovation."""

from crm.renovations.cases.service.agreeing import Agreed, Fee, charge_fees, let_go, sign, taken, tie
from crm.renovations.cases.service.altering import Alteration, ask_alteration, decide_alteration
from crm.renovations.cases.service.applying import Plan, apply, change
from crm.renovations.cases.service.bringing import File, bring, not_needed
from crm.renovations.cases.service.examining import complete, examine, give_back, refuse, withdraw
from crm.renovations.cases.service.extending import Verdict, ask_extension, decide_extension, decision_hindrance
from crm.renovations.cases.service.permitting import Permit, begin, last_day, owed, permit
from crm.renovations.cases.service.steps import STEPS, Said, subjects, tell
from crm.renovations.cases.service.stopping import free_again, resume, stop, stopped_by

__all__ = [
    "STEPS",
    "Agreed",
    "Alteration",
    "Fee",
    "File",
    "Permit",
    "Plan",
    "Said",
    "Verdict",
    "apply",
    "ask_alteration",
    "ask_extension",
    "begin",
    "bring",
    "change",
    "charge_fees",
    "complete",
    "decide_alteration",
    "decide_extension",
    "decision_hindrance",
    "examine",
    "free_again",
    "give_back",
    "last_day",
    "let_go",
    "not_needed",
    "owed",
    "permit",
    "refuse",
    "resume",
    "sign",
    "stop",
    "stopped_by",
    "subjects",
    "taken",
    "tell",
    "tie",
    "withdraw",
]
