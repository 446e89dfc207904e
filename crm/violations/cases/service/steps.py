"""Taking a step of a violation: what hangs on its deposits, and who is too close to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps
from crm.violations.cases.events import ViolationStepTaken
from crm.violations.cases.models import WORKFLOW, Violation, ViolationStep
from crm.violations.cases.queries import deduction_under_way, deposits_to_deduct_from

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _ViolationSteps(Steps[Violation, ViolationStep]):
    model, row, owner, workflow = Violation, ViolationStep, "violation_id", WORKFLOW

    def impossible(self, violation: Violation, action: str) -> str:
        if reason := super().impossible(violation, action):
            return reason
        if action in ("deduct", "settle", "drop") and deduction_under_way(violation):
            return _("A deduction from the deposit is asked for and not decided yet.")
        if action == "drop" and violation.deducted > 0:
            return _("Money was deducted from a deposit for it: have that taken back first.")
        if action == "deduct" and not deposits_to_deduct_from(violation):
            return _("No deposit of the customer is held in this estate.")
        return ""

    def not_entitled(self, violation: Violation, action: str) -> str:
        """Nobody makes vanish what only they know of."""
        if action == "drop" and actor().user_id is not None and violation.noted_by_id == actor().user_id:
            return _("You noted this violation yourself: somebody else drops it.")
        return ""


STEPS = _ViolationSteps()


def tell(violation: Violation, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log."""
    record(
        ViolationStepTaken(
            action=action,
            state=violation.state.value,
            reason=said.reason,
            note=said.note,
            **subjects(violation),
        )
    )


def subjects(violation: Violation) -> dict[str, Any]:
    return {
        "violation_id": violation.id,
        "customer_id": violation.customer_id,
        "unit_id": violation.unit_id,
        "number": violation.number,
    }
