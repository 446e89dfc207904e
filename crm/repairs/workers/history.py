"""Repair workers in the words of the log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "WorkerTradesSet": _l("Trades of a worker set"),
    "WorkerShiftsSet": _l("Shifts of a worker set"),
    "WorkerAway": _l("Worker away"),
    "WorkerBackEarly": _l("Worker back early"),
}
WEEKDAY_TITLES = {
    "monday": _l("Monday"),
    "tuesday": _l("Tuesday"),
    "wednesday": _l("Wednesday"),
    "thursday": _l("Thursday"),
    "friday": _l("Friday"),
    "saturday": _l("Saturday"),
    "sunday": _l("Sunday"),
}
FIELD_TITLES = {**WEEKDAY_TITLES, "last_day": _l("Last day")}
