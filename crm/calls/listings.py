"""The list of calls, and the work list of what is to be called back. Numbers appear masked, on paper too."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.calls import queries
from crm.calls.models import CALL_OUTCOMES, CALL_REASONS, DIRECTION_TITLES, STATE_TITLES, Call, CallState
from crm.dates import parse_date
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.phones import mask_phone
from crm.policy.dictionaries import Dictionary
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer

TONES = {CallState.settled: "grey", CallState.open: "blue", CallState.done: "green"}
SOON = timedelta(hours=1)


def numbered(dictionary: Dictionary) -> dict[str, str]:
    """The words in use with their place before them: typing the digit chooses one."""
    return {code: f"{place} {title}" for place, (code, title) in enumerate(dictionary.choices(), start=1)}


def urgency(row: Any, now: datetime) -> str:
    """How much time is left of an open follow-up, in words."""
    if row.state is not CallState.open:
        return str(STATE_TITLES[row.state])
    left = row.due_at - now
    span = _span(abs(left))
    return _("%(span)s overdue", span=span) if left < timedelta() else _("%(span)s left", span=span)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        return _("%(minutes)d min", minutes=minutes)
    if minutes < 24 * 60:
        return _("%(hours)d h %(minutes)d min", hours=minutes // 60, minutes=minutes % 60)
    return _("%(days)d d %(hours)d h", days=minutes // 1440, hours=minutes // 60 % 24)


def tone(row: Any, now: datetime) -> str:
    if row.state is not CallState.open:
        return TONES[row.state]
    if row.due_at < now:
        return "red"
    return "orange" if row.due_at < now + SOON else "blue"


def _call(row: Any) -> str:
    return url_for("calls.show", call_id=row.id)


def _who(row: Any) -> str:
    """Caller and customer, once when they are the same."""
    return " · ".join(dict.fromkeys(filter(None, (row.caller, row.customer)))) or _("Unknown caller")


def _number(row: Any) -> str:
    return mask_phone(row.digits)


def _about(text: str) -> ColumnElement[bool]:
    """A number is found by its last four digits."""
    if len(text) >= 4 and text.isdecimal():
        return Call.tail == text[-4:]
    return holding(text, Call.caller, Customer.name, Unit.label)


def _on_day(text: str) -> ColumnElement[bool]:
    timezone = current_app.config["SETTINGS"].timezone
    try:
        day = parse_date(text, datetime.now(timezone).date())
    except ValueError:
        return false()
    begins = datetime.combine(day, time.min, tzinfo=timezone)
    return (Call.started_at >= begins) & (Call.started_at < begins + timedelta(days=1))


def _words(name: str, title: Any, column: Any, words: Dictionary) -> Filter:
    """Entries out of use as well: old calls have them."""
    offered = [(entry.code, entry.title) for entry in words.entries()]
    return Filter(name=name, title=title, condition=lambda value: column == value, choices=offered)


def _mine(value: str) -> ColumnElement[bool]:
    return (Call.owner_id if value == "owner" else Call.taken_by_id) == actor().user_id


MINE = Filter(
    name="mine",
    title=_l("Only mine"),
    condition=_mine,
    choices=[("owner", _l("To be followed up by me")), ("taken", _l("Taken by me"))],
)
ABOUT = Filter(name="q", title=_l("Name, unit or last 4 digits"), condition=_about)
WHO = Column(name="who", title=_l("Caller"), value=_who, order=Call.caller, link=_call)
UNIT = Column(name="unit", title=_l("Unit"), order=Unit.sort_key)
NUMBER = Column(name="number", title=_l("Telephone"), value=_number)
ESTATE = Column(name="estate", title=_l("Estate"), order=Estate.name)


def calls(now: datetime) -> Listing:
    return Listing(
        title=_l("Calls"),
        query=queries.calls(),
        columns=_columns(now),
        filters=(
            ABOUT,
            Filter(name="day", title=_l("Day"), condition=_on_day, hint=_l("Such as 11-23 or 昨天")),
            _words("reason", _l("Reason"), Call.reason, CALL_REASONS),
            _words("outcome", _l("Outcome"), Call.outcome, CALL_OUTCOMES),
            choice_filter("direction", _l("Direction"), Call.direction, DIRECTION_TITLES),
            MINE,
            choice_filter("state", _l("Follow-up"), Call.state, STATE_TITLES),
        ),
        order=(Call.started_at.desc(), Call.id.desc()),
        export_permission=Permission.customer_export,
        empty=_l("No call was entered yet. The key N opens the form."),
    )


def _columns(now: datetime) -> tuple[Column, ...]:
    return (
        Column(name="at", title=_l("When"), value=attrgetter("started_at"), kind="date", order=Call.started_at),
        WHO,
        UNIT,
        NUMBER,
        Column(name="reason", title=_l("Reason"), value=lambda row: CALL_REASONS.title_of(row.reason)),
        Column(name="note", title=_l("What was said"), kind="long"),
        Column(name="outcome", title=_l("Outcome"), value=lambda row: CALL_OUTCOMES.title_of(row.outcome)),
        Column(
            name="state",
            title=_l("Follow-up"),
            value=lambda row: "" if row.state is CallState.settled else urgency(row, now),
            kind="badge",
            tone=lambda row: tone(row, now),
        ),
        Column(name="taken_by", title=_l("Taken by"), order=Call.taken_by),
        Column(name="direction", title=_l("Direction"), value=lambda row: str(DIRECTION_TITLES[row.direction])),
        ESTATE,
    )


def to_call_back(now: datetime) -> Listing:
    return Listing(
        title=_l("To call back"),
        query=queries.calls().where(queries.OPEN),
        columns=(
            Column(name="due", title=_l("Due"), value=attrgetter("due_at"), kind="date", order=Call.due_at),
            Column(
                name="left",
                title=_l("Time left"),
                value=lambda row: urgency(row, now),
                kind="badge",
                tone=lambda row: tone(row, now),
            ),
            WHO,
            UNIT,
            NUMBER,
            Column(name="follow_up", title=_l("What is to be done"), kind="long"),
            Column(name="owner", title=_l("By whom")),
            ESTATE,
        ),
        filters=(
            ABOUT,
            MINE,
            Filter(
                name="late",
                title=_l("Time left"),
                condition=lambda _value: Call.due_at < now,
                choices=[("1", _l("Overdue"))],
            ),
        ),
        order=(Call.due_at, Call.id),
        export_permission=Permission.customer_export,
        empty=_l("Nobody waits for a call back."),
    )
