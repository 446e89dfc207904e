"""Taking a step: the workflow, whose job it is, the row that keeps it, and the clocks anew. One way for every step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import inspect, select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import utc_now
from crm.db import session
from crm.errors import IllegalTransition, NotEntitled, Stale, UsedElsewhere
from crm.repairs.orders.events import RepairStepTaken
from crm.repairs.orders.models import WORKFLOW, OrderState, RepairOrder, RepairStep
from crm.repairs.orders.terms import reckon, steps_of
from crm.web.templating import moment

HELD: Any = {
    "key_share": True
}  # what hangs on the order may be added meanwhile: two who add and then hold do not lock up
BY_THE_HOLDER = frozenset({"accept", "arrive", "quote", "start", "wait", "resume", "finish", "hand_back"})
BY_THE_DESK_TOO = frozenset({"consent", "decline", "appoint", "contact"})  # else by whoever has the job
SOON = timedelta(minutes=5)  # what a phone sends later than that says so in the history
LATEST_WORD = timedelta(hours=24)  # what a phone kept for longer without a network counts from when it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What goes with a step. `key`: of the form; `at`: when a phone says that it was done, before it had a network."""

    reason: str = ""
    note: str = ""
    until: datetime | None = None
    key: str | None = None
    at: datetime | None = None


NOTHING_SAID = Said()


def hindrance(order: RepairOrder, action: str) -> str:
    """Why the acting person cannot take the step now, or "" (rights aside)."""
    return _impossible(order, action) or _not_the_holder(order, action)


def _impossible(order: RepairOrder, action: str) -> str:
    """Whoever reaches for a job that is taken is told by whom."""
    reason = WORKFLOW.hindrance(order, action)
    if reason and action == "grab" and order.worker_id:
        return _("%(who)s was quicker: the job is taken.", who=name_of(order.worker_id))
    return reason


def _not_the_holder(order: RepairOrder, action: str) -> str:
    if action in BY_THE_HOLDER or (action in BY_THE_DESK_TOO and not actor().may(Permission.repair_log)):
        return not_the_holder(order)
    return ""


def not_the_holder(order: RepairOrder) -> str:
    if order.worker_id == g.actor.user_id or actor().may(Permission.repair_dispatch):
        return ""
    return _("Somebody else has this job. Whoever has it takes this step, or a dispatcher.")


def offered(order: RepairOrder) -> list[str]:
    """The steps the acting person can take now, in the workflow's order."""
    names = WORKFLOW.offered(order, g.actor.permissions)
    return [name for name in names if not _not_the_holder(order, name)]


def expect(order: RepairOrder, action: str) -> None:
    """Raises `IllegalTransition` or, where only the person is the wrong one, `NotEntitled`."""
    if reason := _impossible(order, action):
        raise IllegalTransition(reason)
    if reason := _not_the_holder(order, action):
        raise NotEntitled(reason)


def hold(order: RepairOrder) -> None:
    """Nobody else changes the job, its lines or its quotes until the unit of work ends; it is read anew."""
    session().flush()
    session().refresh(order, [part.key for part in inspect(RepairOrder).column_attrs], with_for_update=HELD)


def hold_unchanged(order: RepairOrder) -> None:
    """Raises `Stale` when somebody else has changed the order since it was read."""
    session().flush()
    seen = order.version
    hold(order)
    if order.version != seen:
        raise Stale


def find_step(key: str | None) -> RepairStep | None:
    """The step that a form with this key has brought about already."""
    return session().scalars(select(RepairStep).filter_by(key=key)).one_or_none() if key else None


def is_repeat(order: RepairOrder, key: str | None, action: str = "") -> bool:
    """Whether a form with this key has brought about the step already. Raises `DomainError` for the key of another
    job's or another step's form: nothing of this one would be done."""
    step = find_step(key)
    if step and (step.repair_order_id != order.id or (action and step.action != action)):
        raise UsedElsewhere
    return step is not None


def take(order: RepairOrder, action: str, said: Said = NOTHING_SAID, **changes: Any) -> datetime:
    """Take the step and write `changes` to the order with it; when it counts as taken. Raises `Stale` when somebody
    else has taken one since the order was read."""
    hold_unchanged(order)
    expect(order, action)
    before = order.state
    WORKFLOW.take(order, action)
    return follow(order, action, before, said, **changes)


def follow(
    order: RepairOrder, action: str, before: OrderState | None, said: Said = NOTHING_SAID, **changes: Any
) -> datetime:
    """Keep a step that the order has taken. All of it is written at once: the database lets nobody touch an order that
    has ended."""
    with session().no_autoflush:
        steps = list(steps_of(order.id))
        at = _moment(said.at, steps[-1].taken_at if steps else None)
        for name, value in changes.items():
            setattr(order, name, at if value is NOW else value)
        step = RepairStep(
            repair_order_id=order.id,
            action=action,
            from_state=before,
            to_state=order.state,
            worker_id=order.worker_id,
            reason=said.reason,
            note=_noted(said, at),
            until=said.until,
            key=said.key,
            taken_by_id=g.actor.user_id,
            taken_by=g.actor.name,
            taken_at=at,
        )
        session().add(step)
        reckon(order, [*steps, step])
    session().flush()
    return at


NOW = object()  # as the value of a change: the moment of the step


def _noted(said: Said, at: datetime) -> str:
    """What was said, and when it came in where that was long after the moment a phone tells."""
    came = utc_now()
    if came - at <= SOON:
        return said.note
    return " · ".join(filter(None, (said.note, _("sent by the phone at %(moment)s", moment=moment(came)))))


def _moment(told: datetime | None, last: datetime | None) -> datetime:
    """A phone's word counts unless it is too old, lies ahead, or before what happened last."""
    now = utc_now()
    if told is None or told > now or now - told > LATEST_WORD:
        return now
    return max(told, last) if last else told


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
