"""What becomes of a deduction that was asked for, and whether the notice arrived: kept beside the violation."""

from __future__ import annotations

from crm.billing.deposits.events import DepositActDecided, DepositMoved
from crm.billing.deposits.models import DepositMovement, DepositRequest, MovementKind, RequestState
from crm.correspondence.letters.events import LetterDeliveryTakenBack, LetterServed
from crm.db import session
from crm.violations.cases.service import served, unserved
from crm.violations.cases.service.deducting import booked, turned_down


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


def letter_served(event: LetterServed) -> None:
    served(event)


def delivery_taken_back(event: LetterDeliveryTakenBack) -> None:
    unserved(event)
