"""The tables of the deposits' book."""

from crm.billing.deposits.models.deposit import STATE_TITLES, Deposit, DepositState
from crm.billing.deposits.models.movement import DepositMovement
from crm.billing.deposits.models.request import (
    MOVEMENT_TITLES,
    PAID_OUT,
    REQUEST_TITLES,
    WORKFLOW,
    DepositLine,
    DepositPhoto,
    DepositRequest,
    MovementKind,
    RequestState,
)
from crm.billing.deposits.models.tie_out import DepositTieOut

__all__ = [
    "MOVEMENT_TITLES",
    "PAID_OUT",
    "REQUEST_TITLES",
    "STATE_TITLES",
    "WORKFLOW",
    "Deposit",
    "DepositLine",
    "DepositMovement",
    "DepositPhoto",
    "DepositRequest",
    "DepositState",
    "DepositTieOut",
    "MovementKind",
    "RequestState",
]
