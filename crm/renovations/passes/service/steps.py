"""What becomes of a pass: extended, withdrawn, lost and made out again, handed in."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from crm.audit.log import record
from crm.db import session
from crm.errors import DomainError
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.passes.events import RenovationPassEnded, RenovationPassesExtended
from crm.renovations.passes.models import PassState, RenovationPass, RenovationWorker
from crm.renovations.passes.queries import issued_until
from crm.renovations.passes.service.issuing import Terms, expect_within, hindrance, make
from crm.renovations.passes.service.taking import STEPS
from crm.steps.taking import NOTHING_SAID, NOW, Said

__all__ = ["STEPS", "extend", "follow_permit", "hand_in", "lose", "withdraw"]


def extend(found: RenovationPass, until: date, said: Said) -> None:
    """Up to the permit's last day."""
    renovation = _held(found)
    if reason := hindrance(renovation):
        raise DomainError(reason)
    expect_within(renovation, until)
    if until <= found.valid_to:
        raise DomainError(_("The pass is valid until then already. Write a later day."))
    STEPS.take(found, "extend", said, valid_to=until)
    record(RenovationPassesExtended(passes=[found.number], until=until, **subjects(renovation)))


def follow_permit(renovation: Renovation, before: date) -> None:
    """The permit was extended: passes that were good until its old last day are good until the new one."""
    until = renovation.valid_to
    if until is None or until <= before:
        return
    longer = issued_until(renovation.id, before)
    for each in longer:
        STEPS.take(each, "extend", NOTHING_SAID, valid_to=until)
    if longer:
        told = [each.number for each in longer]
        record(RenovationPassesExtended(passes=told, until=until, **subjects(renovation)))


def withdraw(found: RenovationPass, said: Said) -> None:
    """No longer good; the card is asked back."""
    _end(found, "withdraw", said)


def lose(found: RenovationPass, said: Said, *, again: bool) -> RenovationPass | None:
    """The old card is good no more. `again`: the worker gets a new one, with a number of its own."""
    renovation = _held(found)
    if again and (reason := hindrance(renovation)):
        raise DomainError(reason)
    was_good = found.state is PassState.issued
    _end(found, "lose", said, ended_at=NOW)
    if not again:
        return None
    if not was_good:
        raise DomainError(_("The pass was withdrawn: no other is made out for it."))
    return _made_again(renovation, found, said)


def _made_again(renovation: Renovation, lost: RenovationPass, said: Said) -> RenovationPass:
    worker = session().get_one(RenovationWorker, lost.worker_id)
    until = min(lost.valid_to, renovation.valid_to or lost.valid_to)
    expect_within(renovation, until)
    terms = Terms(valid_to=until, deposit_id=lost.deposit_id, key=f"{said.key}-again" if said.key else None)
    [made] = make(renovation, [worker], terms, replaces_id=lost.id)
    return made


def hand_in(found: RenovationPass, said: Said) -> None:
    """The card lies on the counter; also one that was lost and turned up."""
    changes = {} if found.ended_at else {"ended_at": NOW}
    _end(found, "hand_in", said, **changes)


def _held(found: RenovationPass) -> Renovation:
    """Its renovation, held before the pass: whatever touches both takes them in this order."""
    renovation = session().get_one(Renovation, found.renovation_id)
    CASE.hold(renovation)
    return renovation


def _end(found: RenovationPass, action: str, said: Said, **changes: object) -> None:
    renovation = _held(found)
    worker = session().get_one(RenovationWorker, found.worker_id)
    STEPS.take(found, action, said, **changes)
    record(
        RenovationPassEnded(
            renovation_pass_id=found.id,
            name=worker.name,
            pass_number=found.number,
            action=action,
            reason=said.reason,
            **subjects(renovation),
        )
    )
