"""Taking a step of a slip: who is entitled, what follows by itself, the log and the bell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask_babel import gettext as _

from crm.archive.handover.authority import RANKS, Matter, not_entitled
from crm.archive.handover.queries.authority import decider, deciding
from crm.archive.handover.queries.standing import archivists
from crm.archive.handover.service.telling import tell_at
from crm.archive.lending.events import SlipStepTaken
from crm.archive.lending.losses import count_given_up
from crm.archive.lending.models import (
    ADDRESS,
    SLIP_TITLES,
    WORKFLOW,
    LendingSlip,
    SlipForm,
    SlipKind,
    SlipState,
    SlipStep,
)
from crm.archive.lending.queries import count_lines, is_keeping
from crm.audit.log import record
from crm.auth.actor import actor
from crm.dates import business_day
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said", "follow", "matter_of", "take", "tell"]

BORROWS = frozenset({"change", "submit", "hand_in", "cancel"})
DECIDES = frozenset({"approve", "reject"})
KEEPS = frozenset({"issue", "part_back", "all_back", "found_back", "check_part", "verify", "reshelve"})
OF_PAPER = KEEPS | {"close"}
OF_COPIES = frozenset({"open_copy", "end"})
BY_ITSELF = frozenset({"open_copy", "close", "end"})
IN_TIME = frozenset({"submit", "hand_in", "approve", "issue"})


class _SlipSteps(Steps[LendingSlip, SlipStep]):
    model, row, owner, workflow = LendingSlip, SlipStep, "slip_id", WORKFLOW

    def impossible(self, slip: LendingSlip, action: str) -> str:
        if reason := super().impossible(slip, action):
            return reason
        return _of_the_kind(slip, action) or _of_the_slip(slip, action)

    def not_entitled(self, slip: LendingSlip, action: str) -> str:
        if action in BY_ITSELF:
            return _("This follows by itself from what somebody did.")
        if action in BORROWS:
            return _not_the_borrower(slip, action)
        if action in DECIDES:
            return not_entitled(decider(), matter_of(slip))
        if action == "recall":
            return _not_to_recall(slip)
        return not_the_keeper(slip)


def _of_the_kind(slip: LendingSlip, action: str) -> str:
    if action == "submit" and slip.kind is SlipKind.direct:
        return _("Whoever has the rank borrows directly: hand the slip in without approval.")
    if action == "hand_in" and slip.kind is SlipKind.staff:
        return _("This slip needs an approval: hand it in for that.")
    if action in OF_PAPER and slip.form is SlipForm.digital:
        return _("A digital copy is read on the screen: nothing of it is issued or comes back.")
    if action in OF_COPIES and slip.form is SlipForm.paper:
        return _("The paper itself is lent on this slip.")
    return ""


def _of_the_slip(slip: LendingSlip, action: str) -> str:
    if action in IN_TIME and not count_lines(slip.id):
        return _("Nothing stands on the slip yet. Put the documents on it first.")
    if action in IN_TIME and slip.due_on < business_day():
        return _("The due day has passed already. Withdraw this slip and write another one.")
    if action == "recall" and slip.recalled_at is not None:
        return _("It was called back already.")
    if action == "found_back" and slip.state is SlipState.closed and not count_given_up(slip.id):
        return _("Every page of it is back.")
    if action == "reshelve" and slip.shelved_at is not None:
        return _("It lies in its place already; the slip is closed when its incidents are.")
    return ""


def _not_the_borrower(slip: LendingSlip, action: str) -> str:
    if actor().user_id is None or actor().user_id != slip.borrower_id:
        return _("Only whoever borrows does this.")
    if action == "hand_in" and RANKS.isdisjoint(actor().roles):
        return _("Only the chairman, the general manager and the deputies borrow without approval.")
    return ""


def not_the_keeper(slip: LendingSlip) -> str:
    """Issuing and taking back is the appointed archivist's, of others' slips (2.9)."""
    if actor().user_id == slip.borrower_id:
        return _("Whoever borrows neither issues nor takes back. Another archivist does it.")
    if not is_keeping():
        return _("You have no appointment as archivist today. The general manager makes one.")
    return ""


def _not_to_recall(slip: LendingSlip) -> str:
    if actor().user_id == slip.borrower_id:
        return _("You have it yourself: bring it back.")
    if is_keeping() or not RANKS.isdisjoint(actor().roles):
        return ""
    return _("Only the archivist, a deputy, the general manager or the chairman calls back what is lent.")


STEPS = _SlipSteps()


def matter_of(slip: LendingSlip) -> Matter:
    """What the handing-over asks too: one rule says who decides (A-05, L-33)."""
    return Matter(parties=frozenset(), department_id=slip.department_id, asked_by_id=slip.borrower_id)


def take(slip: LendingSlip, action: str, said: Said = NOTHING_SAID, **changes: Any) -> None:
    """The step with its log entry and the bell of whoever is next."""
    STEPS.take(slip, action, said, **changes)
    _told(slip, action, said)


def follow(slip: LendingSlip, action: str, said: Said = NOTHING_SAID, **changes: Any) -> None:
    """A step that comes by itself; nobody is asked for an entitlement."""
    if reason := STEPS.impossible(slip, action):
        raise ValueError(reason)
    before = slip.state
    WORKFLOW.take(slip, action)
    STEPS.follow(slip, action, before, said, **changes)
    _told(slip, action, said)


def _told(slip: LendingSlip, action: str, said: Said) -> None:
    told = {"reason": said.reason, "note": said.note}
    record(SlipStepTaken(lending_slip_id=slip.id, number=slip.number, action=action, state=slip.state.value, **told))
    number, state, reason = slip.number, slip.state, said.reason

    def words() -> str:
        if action == "recall":
            return _("%(number)s is called back: bring it today. %(reason)s", number=number, reason=reason)
        if reason:
            return _("Slip %(number)s: %(state)s. %(reason)s", number=number, state=SLIP_TITLES[state], reason=reason)
        return _("Slip %(number)s: %(state)s.", number=number, state=SLIP_TITLES[state])

    tell(slip, _next(slip, action), words)


def _next(slip: LendingSlip, action: str) -> Collection[int]:
    if action == "submit":
        return deciding(matter_of(slip))
    if action in ("approve", "hand_in") and slip.form is SlipForm.paper:
        return archivists() | {slip.borrower_id}
    if action in ("approve", "reject", "issue", "recall", "end", "close"):
        return {slip.borrower_id}
    return ()


def tell(slip: LendingSlip, user_ids: Collection[int], words: Callable[[], str]) -> None:
    """Whoever does it oneself knows it already."""
    tell_at(ADDRESS.format(slip.id), set(user_ids) - {actor().user_id}, words)


def may_borrow_directly() -> bool:
    """By the acting person's rank (L-32)."""
    return not RANKS.isdisjoint(actor().roles)
