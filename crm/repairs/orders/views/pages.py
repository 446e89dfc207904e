"""The blueprint, and what its pages share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, request, url_for

from crm.auth.permissions import Permission
from crm.repairs.orders.clocks import due_at
from crm.repairs.orders.figures import PROMISE_TITLES, Promise
from crm.repairs.orders.models import RepairOrder
from crm.worktime.clocks import CLOCK_TITLES, ClockState, ServiceClock

blueprint = Blueprint("repairs", __name__, url_prefix="/repairs")
READ = Permission.repair_read
CLOCK_TONES = {
    ClockState.running: "blue",
    ClockState.paused: "orange",
    ClockState.late: "red",
    ClockState.met: "green",
    ClockState.missed: "red",
}


def address(order: RepairOrder) -> str:
    return url_for("repairs.show", repair_id=order.id)


def back_to(order: RepairOrder) -> str:
    """The page that was asked from: the worker's phone or the job's own."""
    return url_for("work.job", repair_id=order.id) if from_phone() else address(order)


def from_phone() -> bool:
    return request.args.get("from") == "phone"


def clock_faces(running: dict[Promise, ServiceClock], now: datetime) -> list[dict[str, Any]]:
    """Each promise as its page shows it: in words, with how much of it is used up in twentieths."""
    faces = []
    for promise, clock in running.items():
        state = clock.state(now)
        used = min(clock.elapsed(now) / clock.target, 1)
        faces.append(
            {
                "title": PROMISE_TITLES[promise],
                "state": CLOCK_TITLES[state],
                "tone": CLOCK_TONES[state],
                "due": due_at(clock),
                "ended": clock.ended,
                "used": round(used * 20),
            }
        )
    return faces
