"""The list of corrective actions: one's own, what is open, what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.complaints.actions import queries
from crm.complaints.actions.wording import left_in_words, left_tone
from crm.complaints.cases.models import (
    ACTION_STATES,
    ACTION_TONES,
    ADDRESS,
    ActionState,
    Complaint,
    CorrectiveAction,
)
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Estate
from crm.properties.queries import estate_names

ACTION = CorrectiveAction


def actions(day: date) -> Listing:
    return Listing(
        title=_l("Corrective actions"),
        query=queries.actions(),
        columns=_columns(day),
        filters=(
            Filter(
                name="q",
                title=_l("What, or number of the complaint"),
                condition=lambda text: holding(text, ACTION.what, Complaint.number),
            ),
            *_whose(),
            _in_state(day),
            Filter(
                name="estate",
                title=_l("Estate"),
                condition=lambda value: Complaint.estate_id == int(value),
                choices=[(str(key), name) for key, name in estate_names().items()],
            ),
        ),
        order=((~queries.UNSETTLED), ACTION.due_on, ACTION.id),
        export_permission=Permission.complaint_handle,
        empty=_l("No corrective action was agreed on."),
    )


def _whose() -> tuple[Filter, Filter]:
    return (
        Filter(
            name="whose",
            title=_l("Whose"),
            condition=lambda _value: ACTION.owner_id.is_not_distinct_from(actor().user_id),
            choices=[("mine", _l("Mine"))],
        ),
        Filter(
            name="owner",
            title=_l("Responsible person"),
            condition=lambda value: ACTION.owner_id == int(value),
            choices=[(str(key), name) for key, name in queries.owner_names().items()],
        ),
    )


def _in_state(day: date) -> Filter:
    def condition(value: str) -> ColumnElement[bool]:
        if value == "unsettled":
            return queries.UNSETTLED
        return queries.is_overdue(day) if value == "overdue" else queries.IN_STATE[ActionState(value)]

    wider = [("unsettled", _l("Open or to be verified")), ("overdue", _l("Overdue"))]
    states = [(each.value, title) for each, title in ACTION_STATES.items()]
    return Filter(name="state", title=_l("State"), condition=condition, choices=[*wider, *states])


def _of(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row.CorrectiveAction, name)


def _columns(day: date) -> tuple[Column, ...]:
    return (
        Column(
            name="number",
            title=_l("Complaint"),
            value=lambda row: row.number,
            order=Complaint.number,
            link=lambda row: f"{ADDRESS.format(row.CorrectiveAction.complaint_id)}#actions",
        ),
        Column(name="what", title=_l("What is to be done"), value=_of("what"), kind="long"),
        Column(name="owner", title=_l("Responsible person"), value=lambda row: row.owner, order=User.full_name),
        Column(name="due", title=_l("Due"), value=_of("due_on"), kind="date", order=ACTION.due_on),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: str(ACTION_STATES[row.CorrectiveAction.state]),
            kind="badge",
            tone=lambda row: ACTION_TONES[row.CorrectiveAction.state],
        ),
        Column(
            name="left",
            title=_l("Time left"),
            value=lambda row: left_in_words(row.CorrectiveAction, day),
            kind="badge",
            tone=lambda row: left_tone(row.CorrectiveAction, day),
        ),
        Column(name="done", title=_l("Done at"), value=_of("done_at"), kind="date", order=ACTION.done_at),
        Column(
            name="verified", title=_l("Verified at"), value=_of("verified_at"), kind="date", order=ACTION.verified_at
        ),
        Column(name="category", title=_l("Category"), value=lambda row: row.category),
        Column(name="estate", title=_l("Estate"), value=lambda row: row.estate, order=Estate.name),
    )
