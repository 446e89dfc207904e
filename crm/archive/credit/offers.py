"""What the acting person may do with a project now, and why not the rest: buttons, pages and refusals agree."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from crm.archive.credit.models import WORKFLOW, Project
from crm.archive.credit.service import rank_hindrance

ELSEWHERE = ("secure", "reverse", "release")  # offered at the rows they are about
MANAGERS = ("approve", "refuse", "release", "check_settlement", "correct_end", "replace")
ICONS = {
    "edit": "edit",
    "approve": "check",
    "refuse": "x",
    "withdraw": "arrow-back-up",
    "end": "cash",
    "repay": "coin",
    "settle": "circle-check",
    "check_settlement": "circle-check",
    "correct_end": "calendar",
    "replace": "users",
}
FIRST = (
    "approve",
    "end",
    "repay",
    "settle",
    "check_settlement",
)  # the step that carries the project on is the page's main one


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    name: str
    title: str
    icon: str
    hindrance: str  # "" when it is possible


def hindrance(project: Project, name: str) -> str:
    """Why the acting person cannot take the step now, or "". What is typed may still be refused."""
    if reason := WORKFLOW.hindrance(project, name):
        return reason
    if name in MANAGERS and project.is_transferor(g.actor.user_id):
        return _("Neither A nor B does this in the own project. Ask a manager to do it.")
    if name in ("approve", "refuse") and g.actor.user_id is not None:
        return rank_hindrance(project, g.actor.user_id, project.amount)
    return ""


def offers(project: Project) -> list[Offer]:
    """In the order of the workflow; only what the person's role is for."""
    return [
        Offer(name=name, title=str(step.title), icon=ICONS[name], hindrance=hindrance(project, name))
        for name, step in WORKFLOW.items()
        if name not in ELSEWHERE and g.actor.may(step.permission)
    ]


def may(project: Project, name: str) -> bool:
    return bool(g.actor.may(WORKFLOW[name].permission)) and not hindrance(project, name)
