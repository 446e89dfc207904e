"""More days, approved anew; calling back before the day; what the borrower is reminded of (L-35)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.archive.handover.authority import not_entitled
from crm.archive.handover.queries.authority import decider, deciding
from crm.archive.lending import queries
from crm.archive.lending.events import ExtensionAsked, ExtensionDecided
from crm.archive.lending.figures import LENT_AT_MOST
from crm.archive.lending.models import (
    OUT,
    SLIP_TITLES,
    ExtensionState,
    LendingSlip,
    SlipExtension,
    SlipForm,
    SlipKind,
)
from crm.archive.lending.service.steps import NOW, STEPS, Said, follow, matter_of, may_borrow_directly, take, tell
from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, NotEntitled


def hindrance(slip: LendingSlip) -> str:
    """Why the acting person cannot ask for more days now, or ""."""
    if actor().user_id != slip.borrower_id:
        return _("Only whoever borrows does this.")
    if slip.state not in OUT:
        return _("More days go with what is lent now. This slip is at: %(state)s.", state=SLIP_TITLES[slip.state])
    if slip.recalled_at is not None:
        return _("It was called back: bring it, there are no more days.")
    if any(each.state is ExtensionState.asked for each in queries.extensions_of(slip.id)):
        return _("More days are asked for already, and nobody has decided yet.")
    return ""


def latest(slip: LendingSlip) -> date:
    today = business_day()
    return max(slip.due_on, today) + timedelta(days=LENT_AT_MOST.on(today))


def ask(slip: LendingSlip, new_due: date, reason: str) -> SlipExtension:
    """Of a rank's own slip it holds at once, while the borrower has that rank; any other waits for somebody above, and
    the old day holds meanwhile."""
    STEPS.hold(slip)
    if refusal := hindrance(slip):
        raise IllegalTransition(refusal)
    today, last = business_day(), latest(slip)
    if not max(slip.due_on + timedelta(days=1), today) <= new_due <= last:
        raise DomainError(_("Choose a day after the present due day, %(day)s at the latest.", day=last.isoformat()))
    direct = slip.kind is SlipKind.direct and may_borrow_directly()
    made = SlipExtension(
        slip_id=slip.id,
        old_due=slip.due_on,
        new_due=new_due,
        reason=reason,
        state=ExtensionState.approved if direct else ExtensionState.asked,
        asked_by_id=g.actor.user_id,
        asked_at=utc_now(),
        late=today > slip.due_on,
        decided_at=utc_now() if direct else None,
    )
    session().add(made)
    told: dict[str, Any] = {"old": slip.due_on, "new": new_due, "late": made.late}
    if direct:
        slip.due_on = new_due
    session().flush()
    about: dict[str, Any] = {"lending_slip_id": slip.id, "slip_extension_id": made.id, "number": slip.number}
    record(ExtensionAsked(reason=reason, **about, **told))
    if not direct:
        number = slip.number
        tell(slip, deciding(matter_of(slip)), lambda: _("More days are asked for on slip %(number)s.", number=number))
    return made


def not_to_decide(extension: SlipExtension, slip: LendingSlip) -> str:
    if extension.state is not ExtensionState.asked:
        return _("This was decided already. Look at it again.")
    if slip.state not in OUT:
        return _("It is back already: there is nothing to decide.")
    return not_entitled(decider(), matter_of(slip))


def decide(extension: SlipExtension, slip: LendingSlip, *, approve: bool, words: str) -> None:
    """With a reason when refused; approved, the new day holds from now on."""
    STEPS.hold(slip)
    session().refresh(extension, ["state"])
    if refusal := not_to_decide(extension, slip):
        over = extension.state is not ExtensionState.asked or slip.state not in OUT
        raise IllegalTransition(refusal) if over else NotEntitled(refusal)
    if not approve and not words.strip():
        raise DomainError(_("Say why it is refused."))
    if approve and slip.recalled_at is not None:
        raise DomainError(_("It was called back: bring it, there are no more days."))
    extension.state = ExtensionState.approved if approve else ExtensionState.refused
    extension.decided_by_id, extension.decided_at, extension.decision = g.actor.user_id, utc_now(), words
    if approve:
        slip.due_on = extension.new_due
    session().flush()
    about: dict[str, Any] = {"lending_slip_id": slip.id, "slip_extension_id": extension.id, "number": slip.number}
    record(ExtensionDecided(outcome=extension.state.value, words=words, **about))
    number, day = slip.number, slip.due_on.isoformat()
    tell(slip, {slip.borrower_id}, lambda: _("Slip %(number)s is due on %(day)s.", number=number, day=day))


def lapse(slip: LendingSlip) -> None:
    """Everything is back: nobody decides about more days any more."""
    for extension in queries.extensions_of(slip.id):
        if extension.state is ExtensionState.asked:
            extension.state = ExtensionState.lapsed
            session().flush()
            about: dict[str, Any] = {"lending_slip_id": slip.id, "slip_extension_id": extension.id}
            record(ExtensionDecided(number=slip.number, outcome=extension.state.value, words="", **about))


def recall(slip: LendingSlip, said: Said) -> None:
    """Due at once; a copy is read no longer."""
    today = business_day()
    called = {"recalled_at": NOW, "recalled_from": slip.due_on, "recall_reason": said.reason}
    take(slip, "recall", said, due_on=min(slip.due_on, today), **called)
    if slip.form is SlipForm.digital:
        follow(slip, "end", closed_at=NOW)
