"""Taking a step of a renovation: what has to stand before it, and who is too close to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.renovations.cases import queries
from crm.renovations.cases.events import RenovationStepTaken
from crm.renovations.cases.models import WORKFLOW, Renovation, RenovationStep
from crm.renovations.cases.securing import unsecured
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _RenovationSteps(Steps[Renovation, RenovationStep]):
    model, row, owner, workflow = Renovation, RenovationStep, "renovation_id", WORKFLOW

    def impossible(self, renovation: Renovation, action: str) -> str:
        if reason := super().impossible(renovation, action):
            return reason
        return HINDRANCES[action](renovation) if action in HINDRANCES else ""

    def not_entitled(self, renovation: Renovation, action: str) -> str:
        """Whoever took the application neither examines nor permits it."""
        own = actor().user_id is not None and renovation.applied_by_id == actor().user_id
        if own and action in ("examine", "permit"):
            return _("You took this application yourself: somebody else decides about it.")
        return ""


def _papers_missing(renovation: Renovation) -> str:
    missing = [each.kind.title for each in queries.papers_of(renovation) if each.is_missing]
    return _("Still missing: %(papers)s.", papers="、".join(missing)) if missing else ""


def _permit_hindrance(renovation: Renovation) -> str:
    undecided = queries.undecided_alterations(renovation.id)
    if undecided:
        return _("Nobody has decided about %(what)s yet.", what="、".join(each.what for each in undecided))
    return unsecured(renovation)


def _still_stopped(renovation: Renovation) -> str:
    stopping = queries.stopping(renovation)
    if not stopping:
        return ""
    numbers = "、".join(each.number for each in stopping)
    return _("Violation %(number)s is not put right: the work stands still until it is.", number=numbers)


def _extension_asked(renovation: Renovation) -> str:
    return _("More time is asked for already: have it decided first.") if queries.asked_extension(renovation.id) else ""


HINDRANCES = {
    "complete": _papers_missing,
    "permit": _permit_hindrance,
    "resume": _still_stopped,
    "extend": _extension_asked,
}
STEPS = _RenovationSteps()


def tell(renovation: Renovation, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log."""
    record(
        RenovationStepTaken(
            action=action,
            state=renovation.state.value,
            reason=said.reason,
            note=said.note,
            **subjects(renovation),
        )
    )


def subjects(renovation: Renovation) -> dict[str, Any]:
    return {
        "renovation_id": renovation.id,
        "customer_id": renovation.customer_id,
        "unit_id": renovation.unit_id,
        "number": renovation.number,
    }
