"""The clock's events in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "TaskPaused": _l("Scheduled task paused"),
    "TaskResumed": _l("Scheduled task goes on"),
    "TaskAsked": _l("Scheduled task run at once"),
}
FIELD_TITLES = {"task": _l("Scheduled task")}
SUBJECT_TITLES = {"job_run": _l("Run of a task")}
