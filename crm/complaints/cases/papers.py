"""投诉处理单 YH-TS-01: the whole case on paper, to be signed and filed.

Numbers are masked; whoever wants not to be named is not, on paper either. Clauses P-15, P-20.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import g, request
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.auth.models import User
from crm.complaints.cases import queries
from crm.complaints.cases.figures import PROMISE_TITLES
from crm.complaints.cases.history import LEVEL_TITLES, reason_in_words
from crm.complaints.cases.models import (
    ABOUT_TITLES,
    ADDRESS,
    CHANNEL_TITLES,
    COMPENSATION_KINDS,
    COMPENSATION_STATES,
    LINK_TITLES,
    OUTCOME_TITLES,
    STATE_TITLES,
    Compensation,
    Complaint,
    ComplaintCaller,
    ComplaintFile,
    ComplaintLink,
    ComplaintStep,
    CorrectiveAction,
)
from crm.complaints.cases.service.calling_back import ACTIONS
from crm.complaints.cases.service.steps import STEPS, named_callers
from crm.complaints.cases.terms import clocks_of
from crm.complaints.cases.wording import step_title, unreached_in_words
from crm.complaints.categories.models import CAUSES, CONTRACTORS, SEVERITY_TITLES
from crm.dates import business_day, business_day_of, utc_now
from crm.db import session
from crm.phones import mask_phone
from crm.tenants.closing import Paper
from crm.tenants.queries import kept_ids
from crm.web import pdf
from crm.worktime.clocks import CLOCK_TITLES

SLOT = "complaint"  # call-backs stand on the same sheet: it is filed once
TITLES = {
    "about": ABOUT_TITLES,
    "channel": CHANNEL_TITLES,
    "severity": SEVERITY_TITLES,
    "state": STATE_TITLES,
    "level": LEVEL_TITLES,
    "outcome": OUTCOME_TITLES,
    "compensation": COMPENSATION_KINDS,
    "compensated": COMPENSATION_STATES,
    "link": LINK_TITLES,
}


class Who(NamedTuple):
    """A caller as the paper names one. `number` is masked."""

    name: str
    unit: str
    number: str
    channel: Any
    at: datetime
    words: str


class Done(NamedTuple):
    """A step as the paper tells it; `at` and by whom."""

    at: datetime
    by: str
    title: Any
    words: str


class Put(NamedTuple):
    """A corrective action with the names of those who had to do with it."""

    action: CorrectiveAction
    owner: str
    done_by: str
    verified_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the paper says. `clocks`: promise, due, kept when, in words; `files`: how many lie with the case;
    `unreached`: that it was closed though nobody was reached."""

    callers: Sequence[Who]
    clocks: Sequence[tuple[Any, Any, Any, Any]]
    steps: Sequence[Done]
    callbacks: Sequence[tuple[Any, str]]
    unreached: str
    actions: Sequence[Put]
    compensations: Sequence[Compensation]
    links: Sequence[ComplaintLink]
    files: int
    contractor: str
    cause: str
    planned_by: str


def sheet_of(case: Complaint) -> Sheet:
    steps, callers = STEPS.of(case.id), queries.callers_of(case.id)
    actions = _of(CorrectiveAction, case)
    names = _names([case.planned_by_id, *(each for one in actions for each in _concerned(one))])
    asked, numbers = {each.id: _name(each) for each in callers}, queries.numbers_of(callers, business_day())
    return Sheet(
        callers=[_who(each, numbers[each.id]) for each in callers],
        clocks=list(_clocks(case, steps)),
        steps=[_done(step) for step in steps],
        callbacks=[(each, asked.get(each.caller_id or 0, "")) for each in queries.callbacks_of(case.id)],
        unreached=unreached_in_words(case, steps),
        actions=[Put(each, *(names.get(key, "") for key in _concerned(each))) for each in actions],
        compensations=_of(Compensation, case),
        links=_of(ComplaintLink, case),
        files=_files_of(case),
        contractor=CONTRACTORS.title_of(case.contractor) if case.contractor else "",
        cause=CAUSES.title_of(case.cause) if case.cause else "",
        planned_by=names.get(case.planned_by_id, ""),
    )


def _of(kind: type[Any], case: Complaint) -> Sequence[Any]:
    return session().scalars(select(kind).where(kind.complaint_id == case.id).order_by(kind.id)).all()


def _files_of(case: Complaint) -> int:
    return session().scalar(select(func.count()).where(ComplaintFile.complaint_id == case.id)) or 0


def _concerned(action: CorrectiveAction) -> tuple[int | None, int | None, int | None]:
    return action.owner_id, action.done_by_id, action.verified_by_id


def _names(ids: Collection[int | None]) -> Mapping[int | None, str]:
    known = select(User.id, User.full_name).where(User.id.in_({each for each in ids if each}))
    return {row.id: row.full_name for row in session().execute(known)}


def _name(caller: ComplaintCaller) -> str:
    return _("Anonymous") if caller.anonymous else caller.called


def _who(caller: ComplaintCaller, number: str) -> Who:
    """Of an anonymous one only that there is one, and what was said."""
    return Who(
        name=_name(caller),
        unit=caller.unit.label if caller.unit and not caller.anonymous else "",
        number=mask_phone(number) if number else "",
        channel=CHANNEL_TITLES[caller.channel],
        at=caller.noted_at,
        words=caller.words,
    )


def _clocks(case: Complaint, steps: Sequence[ComplaintStep]) -> Iterator[tuple[Any, Any, Any, Any]]:
    now = utc_now()
    for promise, clock in clocks_of(case, steps).items():
        yield PROMISE_TITLES[promise], clock.due(now), clock.ended, CLOCK_TITLES[clock.state(now)]


def _done(step: ComplaintStep) -> Done:
    """What was said when the customer was called back stands with the call-backs."""
    words = [reason_in_words(step.action, step.reason), "" if step.action in ACTIONS.values() else step.note]
    return Done(step.taken_at, step.taken_by, step_title(step.action), " · ".join(filter(None, words)))


def pressed(case: Complaint) -> bytes:
    """Of a case that `queries.get_case` has loaded. Wants a request, for the address in its code."""
    return pdf.document(
        "complaints/case.html",
        sheet=sheet_of(case),
        case=case,
        estate=case.estate,
        titles=TITLES,
        code=pdf.qr(request.url_root.rstrip("/") + ADDRESS.format(case.id)),
        printed_on=business_day(),
        clerk=g.actor.name,
    )


def closed_paper(complaint_id: int) -> Paper:
    """For the dossiers of all who complained by name; nothing of it goes into the file of a neighbour it is about."""
    case = queries.get_case(complaint_id)
    return Paper(
        slot=SLOT,
        title=f"{_('Complaint sheet')} {case.category.name}",
        number=case.number,
        day=business_day_of(case.closed_at or utc_now()),
        estate_id=case.estate_id,
        customer_ids=sorted(kept_ids(named_callers(case))),
        content=pressed(case),
    )
