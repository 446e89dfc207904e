"""How soon what is promised for a complaint: the company's to confirm."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure


class Promise(StrEnum):
    answer = "answer"
    result = "result"


PROMISE_TITLES = {Promise.answer: _l("First answer"), Promise.result: _l("Result")}
URGENT_HOURS = {  # round the clock
    Promise.answer: Figure(
        key="complaints.urgent_answer",
        title=_l("Urgent complaint: first answer within"),
        default=2,
        unit=_l("hours"),
        least=1,
        most=72,
    ),
    Promise.result: Figure(
        key="complaints.urgent_result",
        title=_l("Urgent complaint: result within"),
        default=24,
        unit=_l("hours"),
        least=1,
        most=720,
    ),
}
ORDINARY_DAYS = {
    Promise.answer: Figure(
        key="complaints.ordinary_answer",
        title=_l("Ordinary complaint: first answer by the end of so many working days later (0: the same day)"),
        default=0,
        unit=_l("working days"),
        least=0,
        most=30,
    ),
    Promise.result: Figure(
        key="complaints.ordinary_result",
        title=_l("Ordinary complaint: result by the end of so many working days later"),
        default=3,
        unit=_l("working days"),
        least=1,
        most=60,
    ),
}
CALLBACK_DAYS = Figure(
    key="complaints.callback_days", title=_l("A call-back is due within"), default=3, unit=_l("days"), least=1, most=60
)
CALLBACK_ATTEMPTS = Figure(
    key="complaints.callback_attempts",
    title=_l("A complaint whose callers are not reached may be closed after so many call-backs"),
    default=3,
    unit=_l("attempts"),
    least=1,
    most=20,
)
REPEAT_DAYS = Figure(
    key="complaints.repeat_days",
    title=_l("The same complaint counts as a repeat, and begins one level up, within"),
    default=90,
    unit=_l("days"),
    least=1,
    most=730,
)
