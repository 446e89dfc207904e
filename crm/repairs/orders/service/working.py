"""On site: arrival, quote and consent, pauses, and the end of the work."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import record
from crm.dates import business_day, business_day_of, utc_now
from crm.errors import DomainError
from crm.repairs.orders.events import RepairAppointed, RepairCharged, RepairEnded, RepairFinished
from crm.repairs.orders.figures import PAY_DAYS, VISIT_DAYS
from crm.repairs.orders.models import Payer, RepairOrder
from crm.repairs.orders.queries import agreed_total, cost_of, has_quote
from crm.repairs.orders.service.filing import file
from crm.repairs.orders.service.steps import NOTHING_SAID, NOW, Said, expect, hold, name_of, subjects, take, tell
from crm.worktime.clocks import PauseReason

LONGEST_AHEAD = timedelta(days=92)


def arrive(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    at = take(order, "arrive", said)
    order.arrived_at = order.arrived_at or at
    order.contacted_at = order.contacted_at or at
    tell(order, "arrive", said)


def start(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    take(order, "start", said)
    tell(order, "start", said)


def wait(order: RepairOrder, reason: PauseReason, said: Said) -> None:
    """`said.until`: when it is expected to go on. The clock stands for as long as such a pause may last."""
    if reason is PauseReason.closed:
        raise DomainError(_("Choose what it waits for."))
    said = Said(reason=reason.value, note=said.note, until=said.until, key=said.key, at=said.at)
    take(order, "wait", said)
    tell(order, "wait", said)


def resume(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    take(order, "resume", said)
    tell(order, "resume", said)


def appoint(
    order: RepairOrder, wanted_from: datetime, wanted_until: datetime, note: str = "", key: str | None = None
) -> None:
    """A time agreed with the customer: until then nobody is late for it."""
    if not utc_now() < wanted_until or not wanted_from < wanted_until:
        raise DomainError(_("The time must lie ahead, and end after it begins."))
    if wanted_from > utc_now() + LONGEST_AHEAD:
        raise DomainError(_("The time lies more than %(days)s days ahead.", days=LONGEST_AHEAD.days))
    said = Said(until=wanted_from, note=note, key=key)
    at = take(order, "appoint", said, wanted_from=wanted_from, wanted_until=wanted_until)
    order.contacted_at = order.contacted_at or at
    record(RepairAppointed(wanted_from=wanted_from, wanted_until=wanted_until, **subjects(order)))


def contact(order: RepairOrder, note: str, key: str | None = None) -> None:
    """What was said to the customer about the job, in words."""
    said = Said(note=note, key=key or None)
    at = take(order, "contact", said)
    order.contacted_at = order.contacted_at or at
    tell(order, "contact", said)


def finish(order: RepairOrder, result: str, said: Said = NOTHING_SAID, *, signed: bool = False) -> None:
    """`signed`: the customer signed for it, which confirms it. What is chargeable becomes a bill by an event.

    Raises `DomainError` when it costs more than the customer agreed to.
    """
    if not result.strip():
        raise DomainError(_("Write what was done."))
    hold(order)  # a line that somebody enters now is in the cost, or comes too late
    expect(order, "finish")
    worker_id, cost = order.worker_id, cost_of(order.id)
    chargeable = order.payer is Payer.customer and order.bill_id is None  # what has its bill is done again free
    if chargeable and cost > _most(order):
        raise DomainError(_("The work costs more than the customer agreed to: quote it anew first."))
    said = Said(note=result, key=said.key, at=said.at)
    take(order, "finish", said, finished_at=NOW, finished_by_id=worker_id, result=result, finish_warned_at=None)
    assert order.finished_at  # noqa: S101 - just written
    in_time = order.finish_due_at is None or order.finished_at <= order.finish_due_at
    record(RepairFinished(worker=name_of(worker_id), result=result, in_time=in_time, **subjects(order)))
    if chargeable and order.customer_id and cost > 0:
        due_on = business_day() + timedelta(days=PAY_DAYS.on(business_day()))
        record(RepairCharged(amount=cost, due_on=due_on, **subjects(order)))
    if signed:
        confirm(order)


def _most(order: RepairOrder) -> Decimal:
    """What it may cost: no more than was agreed to; an emergency that nobody quoted may cost what it takes."""
    return agreed_total(order.id) if has_quote(order.id) or not order.emergency else Decimal("Infinity")


def confirm(order: RepairOrder, said: Said = NOTHING_SAID) -> None:
    """It is mended: the return visit falls due, where there is nobody to ask it is filed at once."""
    at = take(order, "confirm", said, confirmed_at=NOW)
    if order.customer_id is not None:
        day = business_day_of(at)
        order.visit_due_on = day + timedelta(days=VISIT_DAYS.on(day))
    tell(order, "confirm", said)
    record(RepairEnded(state=order.state.value, **subjects(order)))
    if order.customer_id is None:
        file(order)


def redo(order: RepairOrder, said: Said) -> None:
    """The dispatcher found that it is not mended."""
    if not said.reason:
        raise DomainError(_("Write what is to be done again."))
    take(order, "redo", said, **anew(order))
    tell(order, "redo", said)


def anew(order: RepairOrder) -> dict[str, Any]:
    """What a job that is to be done again begins with: nobody has it, and what ended has not."""
    ended = "worker_id accepted_at finished_at confirmed_at visit_due_on accept_warned_at finish_warned_at".split()
    return dict.fromkeys(ended) | {"reworks": order.reworks + 1}
