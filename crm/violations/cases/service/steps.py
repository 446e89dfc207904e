"""Taking a step of a violation: what hangs on its deposits, and who is too close to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps
from crm.violations.cases.events import ViolationStepTaken
from crm.violations.cases.models import STATE_TITLES, WORKFLOW, Violation, ViolationState, ViolationStep
from crm.violations.cases.queries import (
    deduction_under_way,
    deposits_to_deduct_from,
    notice_is_void,
    taking_back_under_way,
)

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _ViolationSteps(Steps[Violation, ViolationStep]):
    model, row, owner, workflow = Violation, ViolationStep, "violation_id", WORKFLOW

    def impossible(self, violation: Violation, action: str) -> str:
        if reason := super().impossible(violation, action):
            return reason
        if reason := _of_the_notice(violation, action) or _of_the_deposit(violation, action):
            return reason
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


def _of_the_notice(violation: Violation, action: str) -> str:
    """Nothing rests on a notice that is void, and no money on one that did not arrive."""
    if action == "serve":
        again = violation.state in (ViolationState.rectified, ViolationState.settled)
        counts = again and not notice_is_void(violation)
        told = {"action": WORKFLOW[action].title, "state": STATE_TITLES[violation.state]}
        return _("“%(action)s” is not possible now: it is “%(state)s”.", **told) if counts else ""
    if action not in ("deduct", "settle", "file"):
        return ""
    if notice_is_void(violation):
        return _("The notice is void: make it out again.")
    unproved = action == "deduct" and violation.served_at is None
    return _("Nothing proves yet that the notice arrived: note how it went first.") if unproved else ""


def _of_the_deposit(violation: Violation, action: str) -> str:
    if action in ("deduct", "settle", "drop") and deduction_under_way(violation):
        return _("A deduction from the deposit is asked for and not decided yet.")
    if action in ("settle", "file") and taking_back_under_way(violation):
        return _("Somebody asked to take the deduction back, and nobody has decided yet.")
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
