"""The list of complaints, and the work list of call-backs. Callers are named in neither but by whom to call back;
numbers appear masked, on paper too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.permissions import Permission
from crm.auth.queries import departments
from crm.complaints.cases import queries
from crm.complaints.cases.history import LEVEL_TITLES
from crm.complaints.cases.models import (
    CHANNEL_TITLES,
    OUTCOME_TITLES,
    STATE_TITLES,
    STATE_TONES,
    Complaint,
    ComplaintState,
)
from crm.complaints.cases.wording import left_in_words, tone_of
from crm.complaints.categories.models import CAUSES, CONTRACTORS, SEVERITY_TITLES, SEVERITY_TONES, ComplaintCategory
from crm.complaints.categories.queries import choosable
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.lists.periods import period_filters
from crm.phones import mask_phone
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import estate_names, units_holding
from crm.repairs.visits.listings import tone, urgency

GROUPS = [
    ("open", _l("All that is open")),
    ("unreplied", _l("Without a result")),
    ("ended", _l("Over")),
]


def page(row: Any) -> str:
    return url_for("complaints.show", complaint_id=row.id)


def about_whom(row: Any) -> str:
    """Department, person and contractor that it is about."""
    contractor = CONTRACTORS.title_of(row.contractor) if row.contractor else ""
    return " ".join(filter(None, (row.department, row.person, contractor)))


def _about(text: str) -> ColumnElement[bool]:
    """A telephone is found by its last four digits, a case by its number or the hotline's, a caller by name."""
    if len(text) >= 4 and text.isdecimal():
        return queries.with_digits(text)
    hotline = queries.with_hotline_number(text)
    if text[:1].upper() == "T" and text[1:2].isdecimal():
        return Complaint.number.startswith(text.upper()) | hotline
    there = Complaint.unit_id.in_(units_holding(text))
    return holding(text, Complaint.words, Complaint.spot) | there | queries.with_caller_called(text) | hotline


def _which(value: str) -> ColumnElement[bool]:
    conditions = {"open": queries.OPEN, "unreplied": queries.IS_UNREPLIED, "ended": ~queries.OPEN}
    return conditions[value] if value in conditions else Complaint.state == ComplaintState(value)


def complaints(now: datetime, today: date) -> Listing:
    return Listing(
        title=_l("Complaints"),
        query=queries.cases(),
        counted=queries.every_case(),
        columns=(*_columns(now), *_further_columns()),
        filters=_filters(now, today),
        order=(Complaint.received_at.desc(), Complaint.id.desc()),
        export_permission=Permission.complaint_handle,
        empty=_l("Nobody has complained yet. The key N opens the form."),
    )


NUMBER = Column(name="number", title=_l("Number"), order=Complaint.number, link=page)
PLACE = Column(name="place", title=_l("Place"), value=queries.place_of, order=Unit.sort_key)
WORDS = Column(name="words", title=_l("In the caller's words"), kind="long")
CATEGORY = Column(name="category", title=_l("Category"))
ABOUT = Column(name="about", title=_l("About whom"), value=about_whom, at_first=False)
HANDLER = Column(name="handler", title=_l("Handler"))
SEVERITY = Column(
    name="severity",
    title=_l("Severity"),
    value=lambda row: str(SEVERITY_TITLES[row.severity]),
    kind="badge",
    tone=lambda row: SEVERITY_TONES[row.severity],
)


def _columns(now: datetime) -> tuple[Column, ...]:
    return (
        NUMBER,
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            tone=lambda row: STATE_TONES[row.state],
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: left_in_words(row, now),
            kind="badge",
            tone=lambda row: tone_of(row, now),
        ),
        SEVERITY,
        PLACE,
        WORDS,
        CATEGORY,
        ABOUT,
        HANDLER,
        Column(
            name="received",
            title=_l("Received"),
            value=attrgetter("received_at"),
            kind="date",
            order=Complaint.received_at,
        ),
    )


def _further_columns() -> tuple[Column, ...]:
    """For whoever chooses them."""
    titled: Mapping[str, tuple[Any, Callable[[Any], Any]]] = {
        "level": (_l("Level"), lambda row: str(LEVEL_TITLES[row.level])),
        "channel": (_l("How"), lambda row: str(CHANNEL_TITLES[row.channel])),
        "reply": (_l("Reply"), attrgetter("reply")),
        "outcome": (_l("Outcome"), lambda row: str(OUTCOME_TITLES[row.outcome]) if row.outcome else ""),
        "cause": (_l("Cause"), lambda row: CAUSES.title_of(row.cause) if row.cause else ""),
    }
    return (
        *(Column(name=name, title=title, value=value, at_first=False) for name, (title, value) in titled.items()),
        Column(name="reopened", title=_l("Opened again"), kind="number", at_first=False),
        Column(name="replied", title=_l("Replied"), value=attrgetter("replied_at"), kind="date", at_first=False),
        Column(
            name="callback",
            title=_l("Call-back due"),
            value=attrgetter("callback_due_on"),
            kind="date",
            order=Complaint.callback_due_on,
            at_first=False,
        ),
        Column(
            name="closed",
            title=_l("Case closed"),
            value=attrgetter("closed_at"),
            kind="date",
            order=Complaint.closed_at,
            at_first=False,
        ),
        Column(name="building", title=_l("Building"), order=Building.sort_key, at_first=False),
        Column(name="estate", title=_l("Estate"), order=Estate.name, at_first=False),
    )


def _choice(name: str, title: Any, condition: Callable[[str], Any], titles: Any) -> Filter:
    return Filter(name=name, title=title, condition=condition, choices=[(str(key), words) for key, words in titles])


def _filters(now: datetime, today: date) -> tuple[Filter, ...]:
    states = [*GROUPS, *((state.value, title) for state, title in STATE_TITLES.items())]
    kinds = [(each.id, each.full_name) for each in choosable()]
    return (
        Filter(name="q", title=_l("Number, name, words or last 4 digits"), condition=_about),
        _choice("state", _l("State"), _which, states),
        _choice("late", _l("Time left"), lambda _value: queries.is_late(now), [("1", _l("Late"))]),
        _choice("mine", _l("Only mine"), lambda _value: Complaint.handler_id == g.actor.user_id, [("1", _l("Mine"))]),
        _choice("estate", _l("Estate"), lambda value: Complaint.estate_id == int(value), estate_names().items()),
        _choice("severity", _l("Severity"), lambda value: Complaint.severity == value, SEVERITY_TITLES.items()),
        _choice("level", _l("Level"), lambda value: Complaint.level == int(value), LEVEL_TITLES.items()),
        _choice("category", _l("Category"), lambda value: ComplaintCategory.id == int(value), kinds),
        _choice(
            "department",
            _l("About the department"),
            lambda value: Complaint.about_department_id == int(value),
            departments().items(),
        ),
        _choice(
            "handler", _l("Handler"), lambda value: Complaint.handler_id == int(value), queries.handlers_named().items()
        ),
        _building(),
        _choice("channel", _l("How"), lambda value: Complaint.channel == value, CHANNEL_TITLES.items()),
        _choice(
            "callback",
            _l("Call-back due"),
            lambda _value: queries.is_to_call() & (Complaint.callback_due_on <= today),
            [("1", _l("By today"))],
        ),
        *period_filters(Complaint.received_at),
    )


def _building() -> Filter:
    return _choice(
        "building", _l("Building"), lambda value: Complaint.building_id == int(value), queries.buildings_named().items()
    )


def to_call(today: date) -> Listing:
    def due(value: str) -> ColumnElement[bool]:
        if value == "overdue":
            return Complaint.callback_due_on < today
        return Complaint.callback_due_on <= today

    return Listing(
        title=_l("Call-backs"),
        query=queries.to_call(today),
        columns=_columns_to_call(today),
        filters=(
            Filter(name="q", title=_l("Number, name, words or last 4 digits"), condition=_about),
            _choice("due", _l("Due"), due, [("due", _l("By today")), ("overdue", _l("Overdue"))]),
            _building(),
        ),
        order=(Complaint.callback_due_on, Complaint.id),
        export_permission=Permission.complaint_handle,
        empty=_l("Nobody is to be called back by you."),
    )


def _columns_to_call(today: date) -> tuple[Column, ...]:
    return (
        Column(
            name="due",
            title=_l("Due"),
            value=attrgetter("callback_due_on"),
            kind="date",
            order=Complaint.callback_due_on,
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: urgency(row.callback_due_on, today),
            kind="badge",
            tone=lambda row: tone(row.callback_due_on, today),
        ),
        Column(
            name="number",
            title=_l("Number"),
            order=Complaint.number,
            link=lambda row: url_for("complaints.callback", complaint_id=row.id),
        ),
        Column(name="caller", title=_l("Whom to call")),
        Column(name="phone", title=_l("Telephone"), value=lambda row: mask_phone(row.phone) if row.phone else None),
        PLACE,
        Column(name="attempts", title=_l("Times not reached"), kind="number"),
        WORDS,
        Column(name="reply", title=_l("Reply"), kind="long"),
        CATEGORY,
        HANDLER,
        SEVERITY,
        Column(name="estate", title=_l("Estate"), order=Estate.name),
    )
