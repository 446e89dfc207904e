"""The verbs of a corrective action. Whoever is done with it does not verify it, nor does the department complained
about."""

from __future__ import annotations

from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.complaints.actions.events import (
    CorrectiveActionAdded,
    CorrectiveActionDone,
    CorrectiveActionDropped,
    CorrectiveActionSentBack,
    CorrectiveActionVerified,
)
from crm.complaints.cases.models import ACTING, AT_WORK, Complaint, ComplaintState, CorrectiveAction
from crm.complaints.cases.outsiders import outsiders
from crm.complaints.cases.service.ringing import ring, ring_owner
from crm.complaints.cases.service.steps import STEPS, concerned
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled, UsedElsewhere

CAN_BE_ADDED = (*AT_WORK, ComplaintState.replied, ComplaintState.called_back)
BY_OTHERS = frozenset({"verify", "send_back", "drop"})
Told = (
    type[CorrectiveActionDone]
    | type[CorrectiveActionVerified]
    | type[CorrectiveActionSentBack]
    | type[CorrectiveActionDropped]
)


def addable(case: Complaint) -> str:
    """Why no action can be agreed on now, or ""."""
    if case.state in CAN_BE_ADDED:
        return ""
    if case.state in (ComplaintState.received, ComplaintState.acknowledged):
        return _("Classify the complaint first.")
    return _("%(number)s is over.", number=case.number)


def owners(estate_id: int) -> dict[int, str]:
    """Who can be given one: whoever sees complaints there."""
    return {user.id: user.full_name for user in who_may_in(estate_id, Permission.complaint_read)}


def find_added(key: str | None) -> CorrectiveAction | None:
    """What a form with this key has entered already."""
    return session().scalars(select(CorrectiveAction).filter_by(key=key)).one_or_none() if key else None


def add(case: Complaint, what: str, owner_id: int, due_on: date, key: str | None = None) -> CorrectiveAction:
    """Entered once however often the form is sent; closing the case waits meanwhile."""
    STEPS.hold(case)
    if standing := find_added(key):
        if standing.complaint_id != case.id:
            raise UsedElsewhere
        return standing
    if reason := addable(case):
        raise IllegalTransition(reason)
    if owner_id not in owners(case.estate_id):
        raise DomainError(_("Choose somebody of the list."))
    owner = session().get_one(User, owner_id)
    facts = {"what": what, "owner_id": owner_id, "due_on": due_on, "key": key}
    action = CorrectiveAction(complaint_id=case.id, added_by=g.actor.name, added_at=utc_now(), **facts)
    session().add(action)
    session().flush()
    record(
        CorrectiveActionAdded(
            complaint_id=case.id,
            corrective_action_id=action.id,
            number=case.number,
            what=what,
            owner=owner.full_name,
            due_on=due_on,
        )
    )
    ring_owner(case, owner_id, lambda: _("%(number)s: to be done by you: %(what)s", number=case.number, what=what))
    return action


def not_entitled(action: CorrectiveAction, name: str) -> str:
    """Why the acting person is the wrong one, whatever the rights, or ""."""
    me = actor().user_id
    if name == "finish" and me != action.owner_id:
        return _("Only whoever it belongs to says that it is done: %(who)s.", who=action.owner.full_name)
    if name in BY_OTHERS and (reason := concerned(action.complaint)):
        return reason
    if name == "verify" and me in (action.done_by_id, action.owner_id):
        return _("Whoever did it does not verify it. Somebody else does.")
    return ""


def offered(action: CorrectiveAction) -> list[str]:
    """The steps the acting person can take now."""
    return [name for name in ACTING.offered(action, actor().permissions) if not not_entitled(action, name)]


def finish(action: CorrectiveAction, words: str) -> None:
    _expect(action, "finish")
    action.done_words, action.done_by_id, action.done_at = words, actor().user_id, utc_now()
    _told(CorrectiveActionDone, action, words)
    verifying = {user.id for user in outsiders(action.complaint, Permission.complaint_lead)} - {action.owner_id}
    ring(action.complaint, verifying, lambda: _to_verify(action))


def verify(action: CorrectiveAction, words: str) -> None:
    _expect(action, "verify")
    action.verified_words, action.verified_by_id, action.verified_at = words, actor().user_id, utc_now()
    _told(CorrectiveActionVerified, action, words)


def send_back(action: CorrectiveAction, words: str) -> None:
    """It is to be done again: what was said of it stays in the log."""
    _expect(action, "send_back")
    action.done_words, action.done_by_id, action.done_at = "", None, None
    action.sent_back_words, action.warned_on = words, None
    _told(CorrectiveActionSentBack, action, words)
    ring_owner(action.complaint, action.owner_id, lambda: _sent_back(action, words))


def drop(action: CorrectiveAction, words: str) -> None:
    _expect(action, "drop")
    action.dropped_words, action.dropped_at = words, utc_now()
    _told(CorrectiveActionDropped, action, words)
    ring_owner(action.complaint, action.owner_id, lambda: _dropped(action))


def _expect(action: CorrectiveAction, name: str) -> None:
    """Raises `IllegalTransition` or, where only the person is the wrong one, `NotEntitled`. The case is held: whoever
    closes it waits."""
    STEPS.hold(action.complaint)
    ACTING.expect(action, name)
    if reason := not_entitled(action, name):
        raise NotEntitled(reason)


def _told(event: Told, action: CorrectiveAction, words: str) -> None:
    case = action.complaint
    session().flush()
    record(
        event(
            complaint_id=case.id,
            corrective_action_id=action.id,
            number=case.number,
            what=action.what,
            words=words,
        )
    )


def _to_verify(action: CorrectiveAction) -> str:
    return _("%(number)s: to be verified: %(what)s", number=action.complaint.number, what=action.what)


def _sent_back(action: CorrectiveAction, words: str) -> str:
    return _("%(number)s: sent back to you: %(words)s", number=action.complaint.number, words=words)


def _dropped(action: CorrectiveAction) -> str:
    return _("%(number)s: no longer to be done: %(what)s", number=action.complaint.number, what=action.what)
