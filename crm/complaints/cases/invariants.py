"""What must hold of every case under way, whatever was done in which order: the case says what its steps say.

`crm.complaints.cases.jobs` asks it every night. The clocks are reckoned anew with the figures of the day of receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.complaints.cases.clocks import TAKEN_OVER
from crm.complaints.cases.figures import Promise
from crm.complaints.cases.models import Complaint, ComplaintStep
from crm.complaints.cases.queries import OPEN
from crm.complaints.cases.service.steps import STEPS
from crm.complaints.cases.terms import clocks_of
from crm.dates import utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`column` of the case says something else than its steps."""

    complaint_id: int
    number: str
    column: str
    stored: Any
    reckoned: Any

    def told(self) -> str:
        return f"{self.number} {self.column}: {self.stored} ≠ {self.reckoned}"


def faults() -> list[Fault]:
    """Of all cases under way, in their order. Two statements, however many there are."""
    found, steps = STEPS.under_way(OPEN)
    return [fault for case in found for fault in faults_of(case, steps[case.id])]


def faults_of(case: Complaint, steps: Sequence[ComplaintStep]) -> Iterator[Fault]:
    for column, value in reckoned_of(case, steps).items():
        stored = getattr(case, column)
        if stored != value:
            yield Fault(complaint_id=case.id, number=case.number, column=column, stored=stored, reckoned=value)


def reckoned_of(case: Complaint, steps: Sequence[ComplaintStep]) -> dict[str, Any]:
    """What the case's columns must be, from its steps. Of one taken over nobody knows the steps before."""
    if not steps:
        return {"state": None}
    now, running = utc_now(), clocks_of(case, steps)
    told = {
        "state": steps[-1].to_state,
        "level": steps[-1].level,
        **{f"{promise}_due_at": running[promise].due(now) for promise in Promise},
    }
    if any(step.action == TAKEN_OVER for step in steps):
        return told
    return told | {
        "received_at": steps[0].taken_at,
        "acknowledged_at": next((step.taken_at for step in steps if step.action == "acknowledge"), None),
        "replied_at": _last_of(steps, "reply"),
        "closed_at": _last_of(steps, "close"),
        "reopened": sum(_opens(step) for step in steps),
    }


def _opens(step: ComplaintStep) -> bool:
    return step.action in ("discontent", "reopen")


def _last_of(steps: Sequence[ComplaintStep], makes: str) -> Any:
    """When it was done last, None where the case was opened again since."""
    moment = None
    for step in steps:
        if step.action == makes:
            moment = step.taken_at
        elif _opens(step):
            moment = None
    return moment
