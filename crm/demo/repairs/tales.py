"""One poured repair order: its steps one after the other, as the verbs would have taken them, up to where it is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from crm.dates import beginning_of, business_day_of
from crm.repairs.orders.clocks import Terms, clocks, due_at
from crm.repairs.orders.figures import VISIT_DAYS, Promise
from crm.repairs.orders.models import WORKFLOW, OrderState

DAYS = timedelta(days=VISIT_DAYS.default)
ANEW = "worker_id accepted_at finished_at confirmed_at visit_due_on".split()
NOTHING = (
    "accepted_at arrived_at contacted_at consented_at finished_at finished_by_id confirmed_at visit_due_on".split()
)
NOTHING += "satisfied filed_at wanted_from wanted_until worker_id".split()


class NotYet(Exception):
    """This would have been later than what is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step as `RepairStep` keeps it."""

    action: str
    from_state: OrderState | None
    to_state: OrderState
    worker_id: int | None
    reason: str
    note: str
    until: datetime | None
    taken_by: str  # a user name, "" nobody's
    taken_at: datetime


@dataclass(slots=True, kw_only=True)
class Tale:
    """`order` is the row as it stands after the last step; `until`: nothing is told that was later."""

    order: dict[str, Any]
    users: dict[str, int]
    until: datetime
    steps: list[Taken] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    quote: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    visits: list[dict[str, Any]] = field(default_factory=list)
    duplicate_of: Tale | None = None
    repeat_of: Tale | None = None
    worker: str = ""

    @property
    def state(self) -> OrderState:
        return self.steps[-1].to_state

    @property
    def at(self) -> datetime:
        return self.steps[-1].taken_at

    def moment(self, action: str) -> datetime | None:
        """When it was done last."""
        return next((step.taken_at for step in reversed(self.steps) if step.action == action), None)

    def register(self, by: str, at: datetime) -> None:
        self.order = dict.fromkeys(NOTHING) | {"reworks": 0, "result": ""} | self.order
        said = {"note": self.order["problem"], "until": self.order["wanted_from"]}
        self._keep("register", None, OrderState.registered, by, at, **said)

    def take(self, action: str, by: str, at: datetime, to: str = "", **said: Any) -> datetime:
        """Raises `NotYet` where it lies ahead. `to`: who has it from now on; `said`: reason, note, until."""
        at = max(at, self.at)
        if at >= self.until:
            raise NotYet
        step, state = WORKFLOW[action], self.state
        if state not in step.sources:
            raise ValueError(f"cannot {action} what is {state}")
        if to:
            self.worker, self.order["worker_id"] = to, self.users[to]
        self._change(action, at, said)
        self._keep(action, state, OrderState(step.target or state), by, at, **said)
        return at

    def name_the_other(self, number: str) -> None:
        """A duplicate's reason is the number of the order it is told of."""
        self.steps[-1] = replace(self.steps[-1], reason=number)

    def _keep(
        self, action: str, before: OrderState | None, after: OrderState, by: str, at: datetime, **said: Any
    ) -> None:
        given = {"reason": "", "note": "", "until": None} | said
        self.order["state"] = after
        worker_id = self.order["worker_id"]
        self.steps.append(
            Taken(
                action=action,
                from_state=before,
                to_state=after,
                worker_id=worker_id,
                taken_by=by,
                taken_at=at,
                **given,
            )
        )

    def _change(self, action: str, at: datetime, said: dict[str, Any]) -> None:
        """What the step writes to the order besides its state."""
        order = self.order
        match action:
            case "grab" | "accept":
                order["accepted_at"] = at
            case "appoint":
                order |= {"wanted_from": said["until"], "wanted_until": said["until"] + timedelta(hours=2)}
            case "arrive":
                order["arrived_at"] = order["arrived_at"] or at
            case "consent":
                order["consented_at"] = at
            case "finish":
                order |= {"finished_at": at, "finished_by_id": order["worker_id"], "result": said["note"]}
            case "confirm":
                order["confirmed_at"] = at
                order["visit_due_on"] = business_day_of(at) + DAYS if order["customer_id"] else None
            case "satisfied":
                order["satisfied"] = True
            case "unsatisfied":
                order |= dict.fromkeys(ANEW) | {"satisfied": False, "reworks": order["reworks"] + 1}
            case "file":
                order["filed_at"] = at
            case "cancel" | "duplicate":
                order["worker_id"] = None
        if action in ("appoint", "arrive", "contact"):
            order["contacted_at"] = order["contacted_at"] or at

    def reckon(self, terms: Terms) -> None:
        planned_for = self.order["planned_for"]
        not_before = beginning_of(planned_for) if planned_for else None
        running = clocks(self.steps, replace(terms, not_before=not_before))
        self.order |= {f"{promise}_due_at": due_at(running[promise]) for promise in Promise}
