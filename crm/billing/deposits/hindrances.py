"""What other packages know against giving a deposit back or taking a movement back, and what they ask of one before
they go on.

`refund_hindrances`, `cancel_hindrances` and `further_reversal_hindrances` are filled by `crm.wiring`: each gives the
reason as text for the desk, or "".
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from crm.billing.deposits.models import Deposit, DepositMovement
from crm.errors import DomainError

refund_hindrances: list[Callable[[Deposit], str]] = []
cancel_hindrances: list[Callable[[Deposit], str]] = []
further_reversal_hindrances: list[Callable[[DepositMovement], str]] = []


def refund_hindrance(deposit: Deposit) -> str:
    """The first thing that keeps the deposit from being given back or settled, such as an open violation; or ""."""
    return next(filter(None, (reason(deposit) for reason in refund_hindrances)), "")


def cancel_hindrance(deposit: Deposit) -> str:
    """The first thing that rests on the entry, so that it is not taken back as entered wrongly; or ""."""
    return next(filter(None, (reason(deposit) for reason in cancel_hindrances)), "")


def further_reversal_hindrance(movement: DepositMovement) -> str:
    """The first thing that rests on the movement, such as a violation settled by it; or ""."""
    return next(filter(None, (reason(movement) for reason in further_reversal_hindrances)), "")


def is_received(deposit: Deposit | None) -> bool:
    """Whether its money is here: nothing is promised on an entry that was taken back or on money that has gone."""
    return deposit is not None and deposit.balance > 0


def expect_received(deposit: Deposit | None) -> None:
    """Raises `DomainError` while the money has not been received: no permit before."""
    if not is_received(deposit):
        raise DomainError(_("The deposit has not been received. Take it first, then go on."))
