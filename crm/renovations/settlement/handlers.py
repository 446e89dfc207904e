"""What becomes of what was asked of the deposits' book: kept beside the settlement."""

from __future__ import annotations

from crm.billing.deposits.events import DepositActDecided, DepositMoved
from crm.billing.deposits.models import DepositMovement, DepositRequest, RequestState
from crm.db import session
from crm.renovations.settlement.service.ending import moved, taken_back, turned_down


def deposit_moved(event: DepositMoved) -> None:
    """Deducted or paid out, or one of these taken back."""
    movement = session().get_one(DepositMovement, event.deposit_movement_id)
    if movement.reverses_id is not None:
        taken_back(movement)
    else:
        moved(session().get_one(DepositRequest, movement.request_id))


def act_decided(event: DepositActDecided) -> None:
    if event.decision in (RequestState.refused, RequestState.withdrawn) and not event.takes_back:
        turned_down(session().get_one(DepositRequest, event.deposit_request_id), event.remark)
