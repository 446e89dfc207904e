"""Taking a step of a repair order: whose job it is, and the clocks anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.repairs.orders.events import RepairStepTaken
from crm.repairs.orders.models import WORKFLOW, RepairOrder, RepairStep
from crm.repairs.orders.terms import reckon
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]
BY_THE_HOLDER = frozenset({"accept", "arrive", "quote", "start", "wait", "resume", "finish", "hand_back"})
BY_THE_DESK_TOO = frozenset({"consent", "decline", "appoint", "contact"})  # else by whoever has the job


class _RepairSteps(Steps[RepairOrder, RepairStep]):
    model, row, owner, workflow = RepairOrder, RepairStep, "repair_order_id", WORKFLOW

    def impossible(self, order: RepairOrder, action: str) -> str:
        """Whoever reaches for a job that is taken is told by whom."""
        reason = super().impossible(order, action)
        if reason and action == "grab" and order.worker_id:
            return _("%(who)s was quicker: the job is taken.", who=name_of(order.worker_id))
        return reason

    def not_entitled(self, order: RepairOrder, action: str) -> str:
        if action in BY_THE_HOLDER or (action in BY_THE_DESK_TOO and not actor().may(Permission.repair_log)):
            return not_the_holder(order)
        return ""

    def facts(self, order: RepairOrder) -> dict[str, Any]:
        return {"worker_id": order.worker_id}

    def reckon(self, order: RepairOrder, steps: Sequence[RepairStep]) -> None:
        reckon(order, steps)


STEPS = _RepairSteps()
hindrance, offered, expect = STEPS.hindrance, STEPS.offered, STEPS.expect
hold, hold_unchanged, find_step, is_repeat = STEPS.hold, STEPS.hold_unchanged, STEPS.find, STEPS.is_repeat
take, follow = STEPS.take, STEPS.follow


def not_the_holder(order: RepairOrder) -> str:
    if order.worker_id == g.actor.user_id or actor().may(Permission.repair_dispatch):
        return ""
    return _("Somebody else has this job. Whoever has it takes this step, or a dispatcher.")


def tell(order: RepairOrder, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log."""
    record(
        RepairStepTaken(
            action=action,
            state=order.state.value,
            worker=name_of(order.worker_id),
            reason=said.reason,
            note=said.note,
            **subjects(order),
        )
    )


def subjects(order: RepairOrder) -> dict[str, Any]:
    return {
        "repair_order_id": order.id,
        "customer_id": order.customer_id,
        "unit_id": order.unit_id,
        "number": order.number,
    }


def name_of(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""
