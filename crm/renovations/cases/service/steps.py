"""Taking a step of a renovation, and who is too close to it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.renovations.cases.events import RenovationStepTaken
from crm.renovations.cases.models import WORKFLOW, Renovation, RenovationStep
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _RenovationSteps(Steps[Renovation, RenovationStep]):
    model, row, owner, workflow = Renovation, RenovationStep, "renovation_id", WORKFLOW

    def not_entitled(self, renovation: Renovation, action: str) -> str:
        """Whoever took the application neither examines nor permits it."""
        own = actor().user_id is not None and renovation.applied_by_id == actor().user_id
        if own and action in ("examine", "permit"):
            return _("You took this application yourself: somebody else decides about it.")
        return ""


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
