"""What other packages know against giving a deposit back, and what they ask of one before they go on.

`refund_hindrances` is filled by `crm.wiring`: each gives the reason as text for the desk, or "".
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from crm.billing.deposits.models import Deposit
from crm.errors import DomainError

refund_hindrances: list[Callable[[Deposit], str]] = []


def refund_hindrance(deposit: Deposit) -> str:
    """The first thing that keeps the deposit from being given back or settled, such as an open violation; or ""."""
    return next(filter(None, (reason(deposit) for reason in refund_hindrances)), "")


def is_received(deposit: Deposit | None) -> bool:
    """Whether its money is here: nothing is promised on an entry that was taken back or on money that has gone."""
    return deposit is not None and deposit.balance > 0


def expect_received(deposit: Deposit | None) -> None:
    """Raises `DomainError` while the money has not been received: no permit before."""
    if not is_received(deposit):
        raise DomainError(_("The deposit has not been received. Take it first, then go on."))
