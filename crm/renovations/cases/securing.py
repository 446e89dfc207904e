"""The renovation and its deposit: no permit before it is held, nothing given back before the checks are passed.

Asked of the books, with the deposit's row held, never of a copy (decision 043). Whoever gives a deposit back holds the
same row first: of two at once the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from crm.billing.deposits.hindrances import is_received
from crm.billing.deposits.kinds import RENOVATION
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import held_of, request_under_way
from crm.billing.deposits.service.booking import hold
from crm.db import session
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import OPEN

TO_SETTLE = (RenovationState.checked, RenovationState.settled)  # then the settlement moves it


def deposit_of(renovation: Renovation) -> Deposit | None:
    return session().get(Deposit, renovation.deposit_id) if renovation.deposit_id else None


def hold_deposit(renovation: Renovation) -> None:
    """Nobody moves it until the unit of work ends. `renovation` is held."""
    if deposit := deposit_of(renovation):
        hold(deposit)


def unsecured(renovation: Renovation) -> str:
    """Why no permit can be issued on its deposit, or ""."""
    if renovation.deposit_asked == 0:
        return "" if renovation.deposit_reason else _("Write why no deposit is asked for.")
    deposit = deposit_of(renovation)
    if deposit is None or not is_received(deposit):
        asked = f"{renovation.deposit_asked:,.2f}"
        return _("The deposit of %(sum)s yuan has not been received. Take it first, then go on.", sum=asked)
    if deposit.balance < renovation.deposit_asked:
        told = {"asked": f"{renovation.deposit_asked:,.2f}", "held": f"{deposit.balance:,.2f}"}
        return _("%(asked)s yuan are asked for as a deposit, %(held)s are held.", **told)
    if request_under_way(deposit.id):
        return _("Somebody asked for something to be done with the deposit %(code)s.", code=deposit.code)
    return ""


def renovation_of(deposit: Deposit) -> Renovation | None:
    """The open one that it secures."""
    found = select(Renovation).where(OPEN, Renovation.deposit_id == deposit.id)
    return session().scalars(found.limit(1)).one_or_none()


def secures_a_renovation(deposit: Deposit) -> str:
    """Why it can be neither given back, forfeited nor taken back as entered wrongly, or ""."""
    found = renovation_of(deposit)
    if found is None or found.state in TO_SETTLE:
        return ""
    return _("Renovation %(number)s is open: the deposit stays until its checks are passed.", number=found.number)


def fitting(renovation: Renovation) -> Sequence[Deposit]:
    """What is held of the customer's file for the unit, as renovation deposit, and secures nothing else."""
    taken = set(session().scalars(select(Renovation.deposit_id).where(OPEN, Renovation.id != renovation.id)))
    held = held_of(renovation.customer_id, renovation.unit_id)
    return [each for each in held if each.kind == RENOVATION and each.id not in taken]
