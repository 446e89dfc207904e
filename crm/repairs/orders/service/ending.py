"""Orders that end otherwise: cancelled, or found to be another one's report."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.audit.log import record
from crm.errors import DomainError
from crm.repairs.orders.events import RepairEnded
from crm.repairs.orders.models import ENDED, RepairOrder
from crm.repairs.orders.service.steps import Said, hold_unchanged, subjects, take, tell


def cancel(order: RepairOrder, said: Said) -> None:
    if not said.reason:
        raise DomainError(_("Write why the job is cancelled."))
    take(order, "cancel", said, worker_id=None)
    tell(order, "cancel", said)
    record(RepairEnded(state=order.state.value, **subjects(order)))


def mark_duplicate(order: RepairOrder, other: RepairOrder, key: str | None = None) -> None:
    """Of another order of the estate that is not a duplicate itself: whoever called is told of that one."""
    for each in sorted((order, other), key=lambda each: each.id):  # of two that are merged into each other one stays
        hold_unchanged(each)
    if other.id == order.id or other.estate_id != order.estate_id:
        raise DomainError(_("Choose another job of the same estate."))
    if other.state in ENDED:
        raise DomainError(_("%(number)s is over: this report is a job of its own.", number=other.number))
    said = Said(reason=other.number, key=key)
    take(order, "duplicate", said, worker_id=None, duplicate_of_id=other.id)
    tell(order, "duplicate", said)
    record(RepairEnded(state=order.state.value, **subjects(order)))
