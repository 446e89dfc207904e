"""What becomes of a deduction that was asked for, and of a notice that is brought from the register of letters: kept
beside the violation it is for."""

from __future__ import annotations

from crm.billing.deposits.events import DepositActDecided, DepositMoved
from crm.billing.deposits.models import DepositMovement, DepositRequest, MovementKind, RequestState
from crm.correspondence.letters.events import LetterDeliveryTakenBack, LetterServed
from crm.db import session
from crm.violations.cases.queries import KIND
from crm.violations.cases.service.deducting import booked, turned_down
from crm.violations.cases.service.noticing import letter_brought


def deposit_moved(event: DepositMoved) -> None:
    """A deduction, or one that is taken back: then it counts for the request it undoes."""
    if event.kind != MovementKind.deduction:
        return
    movement = session().get_one(DepositMovement, event.deposit_movement_id)
    if movement.reverses_id is not None:
        movement = session().get_one(DepositMovement, movement.reverses_id)
    booked(session().get_one(DepositRequest, movement.request_id), event.amount)


def act_decided(event: DepositActDecided) -> None:
    if event.decision in (RequestState.refused, RequestState.withdrawn):
        asked = session().get_one(DepositRequest, event.deposit_request_id)
        turned_down(asked, event.decision, event.remark)


def letter_served(event: LetterServed | LetterDeliveryTakenBack) -> None:
    if event.about_kind == KIND and event.about_ref is not None:
        letter_brought(event.about_ref, event.letter_id)
