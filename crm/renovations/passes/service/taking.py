"""The steps of a pass."""

from __future__ import annotations

from crm.renovations.passes.models import WORKFLOW, RenovationPass, RenovationPassStep
from crm.steps.taking import Steps


class _PassSteps(Steps[RenovationPass, RenovationPassStep]):
    model, row, owner, workflow = RenovationPass, RenovationPassStep, "pass_id", WORKFLOW


STEPS = _PassSteps()
