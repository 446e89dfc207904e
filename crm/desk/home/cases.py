"""Complaints, letters and violations by their clocks."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from crm.auth.permissions import Permission
from crm.complaints.cases import queries as complaints
from crm.complaints.cases.models import UNANSWERED, Complaint
from crm.complaints.cases.wording import next_due
from crm.correspondence.letters import queries as letters
from crm.correspondence.letters.models import Letter
from crm.dates import business_day, utc_now
from crm.db import session
from crm.desk.home.cards import Card, Figure, Todo, by_clock, by_day
from crm.properties.queries import in_chosen_estate
from crm.violations.cases import queries as violations
from crm.violations.cases.models import Violation


def _complaints(most: int) -> Sequence[Todo]:
    now = utc_now()
    found = complaints.cases().where(complaints.IS_UNREPLIED).order_by(complaints.next_due(), Complaint.id).limit(most)
    return [
        Todo(
            title=" ".join(filter(None, (row.number, complaints.place_of(row)))),
            about=row.words,
            url=url_for("complaints.show", complaint_id=row.id),
            **by_clock(next_due(row), now),
        )
        for row in session().execute(found)
    ]


def _complaint_figures() -> Sequence[Figure]:
    late, silent = complaints.is_late(utc_now()), Complaint.state.in_(UNANSWERED)
    columns = func.count(), func.sum(case((silent, 1), else_=0)), func.sum(case((late, 1), else_=0))
    seen = select(*columns).where(complaints.IS_UNREPLIED, in_chosen_estate(Complaint.estate_id))
    unreplied, unanswered, overdue = (count or 0 for count in session().execute(seen).one())
    address = "complaints.index"
    return [
        Figure(title=_("Complaints without a result"), count=unreplied, url=url_for(address, state="unreplied")),
        Figure(title=_("Complaints without a first answer"), count=unanswered, url=url_for(address, state="received")),
        Figure(title=_("Complaints late"), count=overdue, url=url_for(address, state="unreplied", late=1), late=True),
    ]


def _callbacks(most: int) -> Sequence[Todo]:
    day = business_day()
    found = complaints.to_call(day).where(Complaint.callback_due_on <= day)
    return [
        Todo(
            title=" ".join(filter(None, (row.number, row.caller))),
            about=row.reply,
            url=url_for("complaints.callback", complaint_id=row.id),
            **by_day(row.callback_due_on, day),
        )
        for row in session().execute(found.order_by(Complaint.callback_due_on, Complaint.id).limit(most))
    ]


def _callback_figures() -> Sequence[Figure]:
    due, address = complaints.due_to_call(business_day()), url_for("complaints.callbacks", due="due")
    return [Figure(title=_("Call-backs due"), count=due, url=address)]


def _letters(most: int) -> Sequence[Todo]:
    day = business_day()
    found = letters.letters().where(letters.TO_ANSWER, Letter.reply_due_on.is_not(None))
    return [
        Todo(
            title=" ".join(filter(None, (row.number, row.customer or row.party))),
            about=row.subject,
            url=url_for("correspondence.show", letter_id=row.id),
            **by_day(row.reply_due_on, day),
        )
        for row in session().execute(found.order_by(Letter.reply_due_on, Letter.id).limit(most))
    ]


def _letter_figures() -> Sequence[Figure]:
    waiting, overdue = letters.to_answer_counts(business_day())
    address, state = "correspondence.index", "to_answer"
    return [
        Figure(title=_("Letters to answer"), count=waiting, url=url_for(address, state=state)),
        Figure(title=_("Answers overdue"), count=overdue, url=url_for(address, state=state, due="overdue"), late=True),
    ]


def _violations(most: int) -> Sequence[Todo]:
    day = business_day()
    found = violations.violations().where(violations.IS_TO_INSPECT, Violation.due_on <= day)
    return [
        Todo(
            title=" ".join(filter(None, (row.number, violations.place_of(row)))),
            about=row.found,
            url=url_for("violations.show", violation_id=row.id),
            **by_day(row.due_on, day),
        )
        for row in session().execute(found.order_by(Violation.due_on, Violation.id).limit(most))
    ]


def _violation_figures() -> Sequence[Figure]:
    unsettled, today, overdue = violations.due_counts(business_day())
    address = "violations.index"
    return [
        Figure(title=_("Violations not settled"), count=unsettled, url=url_for(address, state="unsettled")),
        Figure(title=_("To look at again today"), count=today, url=url_for(address, due="today")),
        Figure(title=_("Overdue to look at"), count=overdue, url=url_for(address, due="overdue"), late=True),
    ]


COMPLAINTS = Card(
    name="complaints",
    title=_l("Complaints"),
    permission=Permission.complaint_read,
    url=lambda: url_for("complaints.index", state="open"),
    todo=_complaints,
    figures=_complaint_figures,
)
CALLBACKS = Card(
    name="callbacks",
    title=_l("Call-backs of complaints"),
    permission=Permission.complaint_visit,
    url=lambda: url_for("complaints.callbacks"),
    todo=_callbacks,
    figures=_callback_figures,
)
LETTERS = Card(
    name="letters",
    title=_l("Letters"),
    permission=Permission.letter_read,
    url=lambda: url_for("correspondence.index", state="open"),
    todo=_letters,
    figures=_letter_figures,
)
VIOLATIONS = Card(
    name="violations",
    title=_l("Violations"),
    permission=Permission.violation_read,
    url=lambda: url_for("violations.index", state="open"),
    todo=_violations,
    figures=_violation_figures,
)
