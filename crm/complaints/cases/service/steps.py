"""Taking a step of a complaint: who may at its level, and who may not because it is about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.complaints.cases.events import ComplaintStepTaken
from crm.complaints.cases.figures import CALLBACK_ATTEMPTS
from crm.complaints.cases.hindrances import not_to_close
from crm.complaints.cases.models import WORKFLOW, About, Complaint, ComplaintCaller, ComplaintState, ComplaintStep
from crm.complaints.cases.queries import replied_by, unasked_of
from crm.complaints.cases.rules import HIGHEST, LEVELS
from crm.complaints.cases.terms import reckon
from crm.dates import business_day
from crm.db import session
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]
BY_OTHERS = frozenset(  # whatever ends a case, judges how it is handled, or says whom it is about
    "classify reclassify approve_plan unreached content discontent reopen close file withdraw join".split()
)
BY_RANK = frozenset("reclassify assign investigate plan approve_plan act reply join".split())
CALLS = frozenset("unreached content discontent".split())
NOT_BY_THE_HANDLER = CALLS | {"withdraw"}
UNTOUCHED = (ComplaintState.received, ComplaintState.acknowledged, ComplaintState.classified)  # nobody looked into it


class _ComplaintSteps(Steps[Complaint, ComplaintStep]):
    model, row, owner, workflow = Complaint, ComplaintStep, "complaint_id", WORKFLOW

    def impossible(self, case: Complaint, action: str) -> str:
        reason = super().impossible(case, action)
        if not reason and action == "escalate" and case.level >= HIGHEST:
            return _("The management decides about it already.")
        if not reason and action in CALLS and case.state is ComplaintState.called_back and not unasked_of(case.id):
            return _("Everybody who can be asked was asked.")
        return reason or (_unasked(case) or not_to_close(case) if action == "close" else "")

    def not_entitled(self, case: Complaint, action: str) -> str:
        if action in BY_OTHERS and (reason := concerned(case)) and not _nobody_is_above(case, action):
            return reason
        if action in BY_RANK and not actor().may(LEVELS[case.level]):
            return _("This complaint has gone up: it is handled by somebody higher.")
        if action == "approve_plan" and actor().user_id is not None and case.planned_by_id == actor().user_id:
            return _("You wrote this plan: somebody else approves it.")
        return _handled_it(case, action) if action in NOT_BY_THE_HANDLER else ""

    def facts(self, case: Complaint) -> dict[str, Any]:
        return {"level": case.level}

    def reckon(self, case: Complaint, steps: Sequence[ComplaintStep]) -> None:
        reckon(case, steps)


STEPS = _ComplaintSteps()


def _unasked(case: Complaint) -> str:
    """Why it cannot be closed without a call-back, or "". Where nobody can be called back, as of an anonymous caller,
    the reply is the end; each of several is asked; whoever is never reached keeps nothing open for good."""
    if not case.wants_callback:
        return ""
    most, left = CALLBACK_ATTEMPTS.on(business_day()), unasked_of(case.id)
    waiting = [caller for caller, tries in left if tries < most]
    if not waiting and (left or case.state is ComplaintState.called_back):
        return ""
    if case.state is ComplaintState.called_back or len(left) > 1:
        names = _(", ").join(each.called or _("Unknown caller") for each in waiting)
        return _(
            "Not called back yet: %(names)s. Ask each whether the matter is settled first. Whoever is not reached in "
            "%(count)s attempts keeps the case open no longer.",
            names=names,
            count=most,
        )
    return _(
        "The customer was not called back yet: ask whether the matter is settled first. When nobody is reached in "
        "%(count)s attempts, it may be closed all the same.",
        count=most,
    )


def concerned(case: Complaint) -> str:
    """Why the acting person is too close to the case to end or to judge it, or "". Jobs of the company's are not."""
    me = actor()
    if me.user_id is None:
        return ""
    if case.about_user_id == me.user_id:
        return _("The complaint is about you: somebody else decides.")
    about = departments_about(case)
    if not about:
        return ""
    if me.department_id is None:
        return _("Your account belongs to no department: whether the complaint is about yours cannot be seen.")
    if me.department_id in about:
        return _("The complaint is about your department: another one closes it and calls back.")
    return ""


def departments_about(case: Complaint) -> set[int]:
    """The one that is named, and that of the person it is about, whichever was chosen beside the person."""
    person = session().get_one(User, case.about_user_id) if case.about_user_id else None
    return {each for each in (case.about_department_id, person.department_id if person else None) if each is not None}


def _nobody_is_above(case: Complaint, action: str) -> bool:
    """A plan about the management's own department is approved within it, by another than wrote it and whom it is not
    about: nobody is left above. What ends the case is for other departments even then."""
    return action == "approve_plan" and case.level >= HIGHEST and case.about_user_id != actor().user_id


def _handled_it(case: Complaint, action: str) -> str:
    """Why whoever handled it neither calls back nor says that the customer takes it back, or "". As long as nobody has
    looked into it, there is nothing that could be hidden by withdrawing it."""
    if (action == "withdraw" and case.state in UNTOUCHED) or not _has_handled(case):
        return ""
    if action == "withdraw":
        return _("Whoever handled the complaint does not withdraw it. Somebody else does, who asked the customer.")
    return _("Whoever handled the complaint does not call back. Somebody else does.")


def _has_handled(case: Complaint) -> bool:
    """The acting person has the case, or replied to the customer."""
    me = actor().user_id
    if me is None:
        return False
    replied = select(Complaint.id).where(Complaint.id == case.id, replied_by(me))
    return case.handler_id == me or session().scalar(replied) is not None


def tell(case: Complaint, action: str, said: Said = NOTHING_SAID) -> None:
    """The step in the log, for the file of every caller and of whoever it is about."""
    record(
        ComplaintStepTaken(
            action=action,
            state=case.state.value,
            level=case.level,
            handler=name_of(case.handler_id),
            reason=said.reason,
            note=said.note,
            **subjects(case),
        )
    )


def subjects(case: Complaint) -> dict[str, Any]:
    """`customer_ids`: the files of all callers; an anonymous caller's file says nothing of it.

    The unit of a neighbour who is complained about says nothing of it either: it would name who complains.
    """
    return {
        "complaint_id": case.id,
        "customer_ids": named_callers(case),
        "unit_id": None if case.about is About.neighbour else case.unit_id,
        "number": case.number,
    }


def named_callers(case: Complaint) -> list[int]:
    """The files of those callers who said who they are."""
    known = select(ComplaintCaller.customer_id).where(
        ComplaintCaller.complaint_id == case.id,
        ComplaintCaller.customer_id.is_not(None),
        ComplaintCaller.anonymous.is_(False),
    )
    return sorted(set(session().scalars(known)))


def name_of(user_id: int | None) -> str:
    return session().get_one(User, user_id).full_name if user_id else ""
