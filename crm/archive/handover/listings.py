"""The list of hand-overs with each person's work lists in it, and the register 登记本."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.archive.credit.models import PROJECT_TITLES, Client, Project, ProjectState
from crm.archive.dossiers.models import Dossier
from crm.archive.handover.models import GRADE_TITLES, STATE_TITLES, Handover, HandoverState, RegisterEntry
from crm.archive.handover.queries import lists
from crm.archive.handover.queries.work import WORK_TITLES, work
from crm.auth.permissions import Permission
from crm.dates import parse_date, today
from crm.lists.choosing import choice_filter
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.numbering import Number
from crm.worktime.queries import calendar

GIVEN_UP = (ProjectState.refused, ProjectState.withdrawn)
TONES = {
    HandoverState.preparing: "blue",
    HandoverState.with_b: "blue",
    HandoverState.supplementing: "orange",
    HandoverState.coded: "blue",
    HandoverState.checking: "purple",
    HandoverState.filed: "green",
}


def _page(row: Any) -> str:
    return url_for("handover.show", handover_id=row.id)


def left(row: Any, day: date) -> str:
    """How many working days whoever has it has left, in words."""
    if row.state is HandoverState.filed:
        return _("supplement to confirm") if row.awaits_me else _("done")
    if row.project_state in GIVEN_UP:
        return _("given up")
    if row.state is HandoverState.checking:
        return _("handed in")
    if row.due is None:
        return _("no clock yet")
    if row.due < day:
        late = calendar().between(row.due, day)
        return _("%(days)d working days late", days=late) if late else _("past due")
    return _("due today") if row.due == day else _("%(days)d working days left", days=calendar().between(day, row.due))


def tone(row: Any, day: date) -> str:
    if row.awaits_me:
        return "orange"
    if row.state is HandoverState.filed or row.due is None:
        return "grey"
    if row.due < day:
        return "red"
    return "orange" if calendar().between(day, row.due) <= 1 else "blue"


def _about(text: str) -> ColumnElement[bool]:
    return holding(text, Project.title, Client.name, Dossier.code, Number.text)


def number(row: Any) -> str:
    """Until it is filed a number is only reserved."""
    if not row.number:
        return ""
    return row.number if row.state is HandoverState.filed else _("%(number)s (reserved)", number=row.number)


def handovers(day: date) -> Listing:
    return Listing(
        title=_l("Hand-overs"),
        query=lists.handovers(),
        columns=_columns(day),
        filters=_filters(day),
        order=(lists.standing_order(), lists.holders_due(), Handover.id.desc()),
        empty=_l("No project has a dossier to hand over yet. One begins with each new loan or guarantee."),
    )


def _columns(day: date) -> tuple[Column, ...]:
    return (
        Column(name="title", title=_l("Project"), order=Project.title, link=_page),
        Column(name="number", title=_l("Archive number"), value=number, order=Number.serial),
        Column(
            name="state",
            title=_l("Stands at"),
            value=lambda row: str(STATE_TITLES[row.state]),
            kind="badge",
            order=Handover.state,
            tone=lambda row: TONES[row.state],
        ),
        Column(
            name="left",
            title=_l("Time"),
            value=lambda row: left(row, day),
            kind="badge",
            order=lists.holders_due(),
            tone=lambda row: tone(row, day),
        ),
        Column(
            name="approved_late",
            title=_l("Mark"),
            value=lambda row: _("approved after the due date") if row.approved_late else "",
            kind="badge",
            tone=lambda _row: "red",
        ),
        Column(name="a", title=_l("A"), order=lists.A.full_name),
        Column(name="b", title=_l("B"), order=lists.B.full_name),
        Column(name="due_a", title=_l("A due"), kind="date"),
        Column(name="due_b", title=_l("B due"), kind="date"),
        Column(name="due_total", title=_l("Total due"), kind="date"),
        Column(
            name="provisional",
            title=_l("Certainty"),
            value=lambda row: "" if row.due_total is None else _("provisional") if row.provisional else _("firm"),
        ),
        Column(name="ends_on", title=_l("Project's end"), kind="date", order=Project.ends_on),
    )


def _filters(day: date) -> tuple[Filter, ...]:
    waiting = work()
    return (
        Filter(name="q", title=_l("Project, client or number"), condition=_about),
        Filter(
            name="mine",
            title=_l("Waiting for me"),
            condition=lambda value: waiting.get(value, false()),
            choices=[(name, WORK_TITLES[name]) for name in waiting],
        ),
        Filter(
            name="time",
            title=_l("Time"),
            condition=lambda value: lists.in_time(value, day) if value in lists.TIME_TITLES else false(),
            choices=list(lists.TIME_TITLES.items()),
        ),
        choice_filter("state", _l("Stands at"), Handover.state, STATE_TITLES),
        choice_filter("kind", _l("Kind"), Project.kind, PROJECT_TITLES),
    )


def _day(text: str) -> date | None:
    try:
        return parse_date(text, today(current_app.config["SETTINGS"].timezone))
    except ValueError:
        return None


def _since(text: str) -> ColumnElement[bool]:
    day = _day(text)
    return RegisterEntry.received_on >= day if day else false()


def _until(text: str) -> ColumnElement[bool]:
    day = _day(text)
    return RegisterEntry.received_on <= day if day else false()


def _entry_about(text: str) -> ColumnElement[bool]:
    return holding(text, RegisterEntry.title, Dossier.code, Number.text)


def register() -> Listing:
    return Listing(
        title=_l("Register of receipts"),
        query=lists.register(),
        columns=_register_columns(),
        filters=(
            Filter(name="q", title=_l("Title or number"), condition=_entry_about),
            Filter(name="since", title=_l("From"), condition=_since),
            Filter(name="until", title=_l("To"), condition=_until),
            Filter(
                name="late",
                title=_l("Entry"),
                condition=lambda value: RegisterEntry.late.is_(value == "1"),
                choices=[("1", _l("Late")), ("0", _l("In time"))],
            ),
        ),
        order=(RegisterEntry.id.desc(),),
        export_permission=Permission.credit_read,
        empty=_l("Nothing was received yet. An entry comes with each dossier the archivist receives."),
    )


def _register_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="serial",
            title=_l("Serial"),
            order=RegisterEntry.id,
            link=lambda row: url_for("handover.show", handover_id=row.handover_id),
        ),
        Column(name="number", title=_l("Archive number"), order=Dossier.code),
        Column(name="title", title=_l("Title of the dossier"), order=RegisterEntry.title),
        Column(name="received_on", title=_l("Received on"), kind="date", order=RegisterEntry.received_on),
        Column(name="entered_at", title=_l("Entered at"), kind="date"),
        Column(
            name="late",
            title=_l("In time"),
            value=lambda row: _("late entry") if row.late else _("same day"),
            kind="badge",
            tone=lambda row: "red" if row.late else "green",
        ),
        Column(name="late_a", title=_l("A late (working days)"), kind="number"),
        Column(name="late_b", title=_l("B late (working days)"), kind="number"),
        Column(name="late_total", title=_l("Total late (working days)"), kind="number"),
        Column(name="giver", title=_l("Handed over by"), order=lists.Giver.full_name),
        Column(name="giver_grade", title=_l("Signed by"), value=lambda row: str(GRADE_TITLES[row.giver_grade])),
        Column(name="archivist", title=_l("Received by"), order=lists.Keeper.full_name),
        Column(
            name="archivist_grade",
            title=_l("Signed by (archivist)"),
            value=lambda row: str(GRADE_TITLES[row.archivist_grade]),
        ),
    )
