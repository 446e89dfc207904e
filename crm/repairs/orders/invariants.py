"""What must hold of every job under way, whatever was done in which order: the order says what its steps say.

`crm.repairs.orders.jobs` asks it every night. The clocks are reckoned anew with the figures as they stand now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.repairs.orders.clocks import REOPENS, due_at
from crm.repairs.orders.figures import Promise
from crm.repairs.orders.models import RepairOrder, RepairStep
from crm.repairs.orders.queries import OPEN
from crm.repairs.orders.service.steps import STEPS
from crm.repairs.orders.terms import clocks_of

ACCEPTS, GIVEN_UP = ("accept", "grab"), ("hand_back", "transfer", *REOPENS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`column` of the order says something else than its steps."""

    repair_order_id: int
    number: str
    column: str
    stored: Any
    reckoned: Any

    def told(self) -> str:
        return f"{self.number} {self.column}: {self.stored} ≠ {self.reckoned}"


def faults() -> list[Fault]:
    """Of all jobs under way, in their order. Two statements, however many there are."""
    found, steps = STEPS.under_way(OPEN)
    return [fault for order in found for fault in faults_of(order, steps[order.id])]


def faults_of(order: RepairOrder, steps: Sequence[RepairStep]) -> Iterator[Fault]:
    reckoned = reckoned_of(order, steps) if steps else {"state": None}
    for column, value in reckoned.items():
        stored = getattr(order, column)
        if stored != value:
            yield Fault(repair_order_id=order.id, number=order.number, column=column, stored=stored, reckoned=value)


def reckoned_of(order: RepairOrder, steps: Sequence[RepairStep]) -> dict[str, Any]:
    """What the order's columns must be, from its steps."""
    running = clocks_of(order, steps)
    return {
        "state": steps[-1].to_state,
        "worker_id": steps[-1].worker_id,
        "registered_at": steps[0].taken_at,
        "accepted_at": _last_of(steps, ACCEPTS, GIVEN_UP),
        "arrived_at": next((step.taken_at for step in steps if step.action == "arrive"), None),
        "finished_at": _last_of(steps, ("finish",), REOPENS),
        "confirmed_at": _last_of(steps, ("confirm",), REOPENS),
        "reworks": sum(step.action in REOPENS for step in steps),
        **{f"{promise}_due_at": due_at(running[promise]) for promise in Promise},
    }


def _last_of(steps: Sequence[RepairStep], makes: Sequence[str], undoes: Sequence[str]) -> Any:
    """When it was made last, None where it was undone since."""
    moment = None
    for step in steps:
        if step.action in makes:
            moment = step.taken_at
        elif step.action in undoes:
            moment = None
    return moment
