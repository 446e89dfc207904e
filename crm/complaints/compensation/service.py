"""The verbs of a compensation. Whoever asks does not decide, nor does the department complained about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.complaints.cases.models import (
    COMPENSATING,
    OURS,
    Compensation,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintState,
)
from crm.complaints.cases.service.steps import STEPS, concerned
from crm.complaints.compensation.events import (
    CompensationAsked,
    CompensationDecided,
    CompensationGiven,
    CompensationTakenBack,
)
from crm.complaints.compensation.figures import MAY_PROMISE
from crm.complaints.compensation.queries import promised_so_far, receivers
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled, UsedElsewhere
from crm.notifications.service import notify

ADDRESS = "/complaints/compensations/{}"  # of its page; reminders are made where `url_for` has no request
CAN_BE_ASKED = (*OURS, ComplaintState.called_back)
DECIDE = frozenset({"approve", "refuse"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`customer_id`: who gets it, one of the callers; None where none of them has a file. `amount`: yuan."""

    kind: CompensationKind
    amount: Decimal
    reason: str
    customer_id: int | None = None
    key: str | None = None


def askable(case: Complaint) -> str:
    """Why nothing can be asked for now, or ""."""
    return "" if case.state in CAN_BE_ASKED else _("%(number)s is over.", number=case.number)


def find_asked(key: str | None) -> Compensation | None:
    """What a form with this key has entered already."""
    return session().scalars(select(Compensation).filter_by(key=key)).one_or_none() if key else None


def ask(case: Complaint, wish: Wish) -> Compensation:
    """Entered once however often the form is sent; closing the case waits meanwhile. What handlers may promise by
    themselves is approved at once, unless it is their own department that is complained about."""
    STEPS.hold(case)
    if standing := find_asked(wish.key):
        if standing.complaint_id != case.id:
            raise UsedElsewhere
        return standing
    if reason := askable(case):
        raise IllegalTransition(reason)
    if wish.customer_id is not None and wish.customer_id not in receivers(case.id):
        raise DomainError(_("Choose somebody of the list."))
    promised = _may_promise(case, wish.amount)
    made = Compensation(
        complaint_id=case.id,
        kind=wish.kind,
        amount=wish.amount,
        reason=wish.reason,
        customer_id=wish.customer_id,
        key=wish.key,
        state=CompensationState.approved if promised else CompensationState.asked,
        decision=promised,
        asked_by_id=actor().user_id,
        asked_by=actor().name,
        asked_at=utc_now(),
    )
    made.complaint = case
    session().add(made)
    session().flush()
    record(CompensationAsked(reason=wish.reason, decision=promised, **_subjects(made)))
    return made


def _may_promise(case: Complaint, amount: Decimal) -> str:
    """Why nobody else has to approve of it, or "". Several sums of one case count together."""
    limit = MAY_PROMISE.on(business_day())
    if promised_so_far(case.id) + amount > limit or concerned(case):
        return ""
    return _("Within the %(sum)s yuan that whoever handles a complaint may promise.", sum=limit)


def not_entitled(compensation: Compensation, name: str) -> str:
    """Why the acting person is the wrong one, whatever the rights, or ""."""
    if name not in DECIDE:
        return ""
    if actor().user_id == compensation.asked_by_id:
        return _("You have asked for it yourself: somebody else decides.")
    return concerned(compensation.complaint)


def offered(compensation: Compensation) -> list[str]:
    """The steps the acting person can take now."""
    names = COMPENSATING.offered(compensation, actor().permissions)
    return [name for name in names if not not_entitled(compensation, name)]


def approve(compensation: Compensation, words: str = "") -> None:
    _decide(compensation, "approve", words)


def refuse(compensation: Compensation, words: str) -> None:
    _decide(compensation, "refuse", words)


def _decide(compensation: Compensation, name: str, words: str) -> None:
    me = actor()
    _take(compensation, name, decision=words, decided_by_id=me.user_id, decided_by=me.name, decided_at=utc_now())
    approved = name == "approve"
    record(CompensationDecided(approved=approved, decision=words, **_subjects(compensation)))
    asker, number = session().get_one(User, compensation.asked_by_id), compensation.complaint.number
    if asker.active:
        _ring(asker, compensation, lambda: _answer(number, words, approved=approved))


def _answer(number: str, words: str, *, approved: bool) -> str:
    if approved:
        return _("%(number)s: the compensation is approved. Give it, and note when.", number=number)
    return _("%(number)s: the compensation is refused: %(words)s", number=number, words=words)


def take_back(compensation: Compensation, words: str) -> None:
    _take(compensation, "take_back", taken_back_words=words)
    record(CompensationTakenBack(reason=words, **_subjects(compensation)))


def give(compensation: Compensation, given_on: date, reference: str) -> None:
    """`reference`: the voucher, the waiver's number, who took the goods."""
    _take(compensation, "give", given_on=given_on, given_by=actor().name, reference=reference)
    record(CompensationGiven(given_on=given_on, reference=reference, **_subjects(compensation)))


def _take(compensation: Compensation, name: str, **facts: Any) -> None:
    """Raises `IllegalTransition` or, where only the person is the wrong one, `NotEntitled`. All of it is written at
    once: the database lets nobody touch what has ended."""
    STEPS.hold(compensation.complaint)
    COMPENSATING.expect(compensation, name)
    if reason := not_entitled(compensation, name):
        raise NotEntitled(reason)
    with session().no_autoflush:
        COMPENSATING.take(compensation, name)
        for field, value in facts.items():
            setattr(compensation, field, value)
    session().flush()


def _subjects(compensation: Compensation) -> dict[str, Any]:
    return {
        "complaint_id": compensation.complaint_id,
        "compensation_id": compensation.id,
        "customer_id": compensation.customer_id,
        "number": compensation.complaint.number,
        "compensation_kind": compensation.kind.value,
        "amount": compensation.amount,
    }


def _ring(user: User, made: Compensation, words: Callable[[], str]) -> None:
    if user.id == actor().user_id:
        return
    with force_locale(user.locale):
        text = words()
    notify(user.id, text, ADDRESS.format(made.id), icon="coin")
