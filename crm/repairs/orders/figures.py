"""How soon what is promised, how long a pause may hold, how long a builder answers: the company's to confirm."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure
from crm.repairs.categories.models import PRIORITY_TITLES, WARRANTY_TITLES, Priority, WarrantyPart
from crm.worktime.clocks import PAUSE_TITLES, PauseReason


class Promise(StrEnum):
    accept = "accept"
    arrive = "arrive"
    finish = "finish"


PROMISE_TITLES = {
    Promise.accept: _l("Accepted by a worker"),
    Promise.arrive: _l("On site"),
    Promise.finish: _l("Work finished"),
}
_TARGETS = {  # minutes: round the clock for emergencies, in office hours for all others
    Priority.emergency: {Promise.accept: 5, Promise.arrive: 30, Promise.finish: 24 * 60},
    Priority.urgent: {Promise.accept: 15, Promise.arrive: 120, Promise.finish: 8 * 60},
    Priority.normal: {Promise.accept: 30, Promise.arrive: 7 * 60, Promise.finish: 21 * 60},
}
_CAPS = {  # hours of the order's own time
    PauseReason.customer: 35,
    PauseReason.access: 35,
    PauseReason.appointment: 70,
    PauseReason.material: 35,
    PauseReason.third_party: 70,
    PauseReason.approval: 35,
    PauseReason.weather: 35,
}
_YEARS = {
    WarrantyPart.structure: 50,
    WarrantyPart.waterproofing: 5,
    WarrantyPart.heating: 2,
    WarrantyPart.pipes: 2,
    WarrantyPart.fittings: 2,
}


TARGETS = {
    (priority, promise): Figure(
        key=f"repairs.{promise}_{priority}",
        title=_l(
            "%(priority)s: %(promise)s within", priority=PRIORITY_TITLES[priority], promise=PROMISE_TITLES[promise]
        ),
        default=minutes,
        unit=_l("minutes"),
        least=1,
        most=100_000,
    )
    for priority, promises in _TARGETS.items()
    for promise, minutes in promises.items()
}
CAPS = {
    reason: Figure(
        key=f"repairs.pause_{reason}",
        title=_l("A pause holds at most, %(reason)s", reason=PAUSE_TITLES[reason]),
        default=hours,
        unit=_l("hours"),
        least=1,
        most=1_000,
    )
    for reason, hours in _CAPS.items()
}
WARRANTY_YEARS = {
    part: Figure(
        key=f"repairs.warranty_{part}",
        title=_l("Builder's warranty, %(part)s", part=WARRANTY_TITLES[part]),
        default=years,
        unit=_l("years"),
        source=_l("建设工程质量管理条例, article 40"),
        least=1,
        most=100,
    )
    for part, years in _YEARS.items()
}
VISIT_DAYS = Figure(
    key="repairs.visit_days", title=_l("A return visit is due within"), default=3, unit=_l("days"), least=1, most=60
)
REPEAT_DAYS = Figure(
    key="repairs.repeat_days",
    title=_l("The same fault counts as a repeat within"),
    default=30,
    unit=_l("days"),
    least=1,
    most=365,
)
MANY_CALLERS = Figure(
    key="repairs.many_callers",
    title=_l("An incident is urgent from so many callers on"),
    default=5,
    unit=_l("callers"),
    least=2,
    most=1_000,
)
PAY_DAYS = Figure(
    key="repairs.pay_days",
    title=_l("Chargeable work is to be paid within"),
    default=15,
    unit=_l("days"),
    least=1,
    most=365,
)
UNFILED_DAYS = Figure(
    key="repairs.unfiled_days",
    title=_l("After the return visit, or its last day, a job is filed within"),
    unit=_l("days"),
    default=7,
    least=1,
    most=365,
)
