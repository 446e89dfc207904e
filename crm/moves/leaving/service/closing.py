"""Closing it, in one unit of work: bills are divided, ties end and begin on the day, the sheets go into the dossiers.

What two could do at once is held first: the items a run charges, the unit, the leaving itself; then it is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.charges.models import ChargeItem
from crm.billing.ledger import service as ledger
from crm.billing.ledger.service.holding import hold_accounts
from crm.billing.runs.service import hold_items
from crm.db import session
from crm.moves.keys.service.entering import hold_keys
from crm.moves.leaving.dividing import Divided, Fate
from crm.moves.leaving.events import BillsDivided, LeavingClosed
from crm.moves.leaving.models import Leaving, LeavingParty, Side
from crm.moves.leaving.queries import BUYERS_KIND, KIND, get_leaving
from crm.moves.leaving.service.steps import NOTHING_SAID, NOW, STEPS, Said, customer_ids, subjects
from crm.moves.leaving.standing import NOUGHT, passes_on
from crm.properties.models import UnitStatus
from crm.properties.service import change_units
from crm.tenants import moving_out, service
from crm.tenants.closing import file_soon
from crm.tenants.models import Customer
from crm.tenants.queries import get_customer
from crm.tenants.service import WHOLE


def close(leaving: Leaving, status: UnitStatus, said: Said = NOTHING_SAID) -> None:
    """All of it or nothing; whoever comes second is told. Raises `DomainError` where it is not as it was signed."""
    _hold(leaving)
    STEPS.take(leaving, "close", said, closed_at=NOW)  # asks first whether it still is as it was signed
    passed = _divide(leaving)
    for party in leaving.of(Side.leaves):
        _end(leaving, party)
    for party in leaving.of(Side.buys):
        share = None if party.share == WHOLE else party.share
        service.begin_occupancy(party.customer, leaving.unit, party.role, leaving.day, share=share)
    if status is not leaving.unit.status:
        change_units([leaving.unit_id], "status", status)
    _tell(leaving, passed)
    for kind in (KIND, BUYERS_KIND) if leaving.is_sale else (KIND,):
        file_soon(kind, leaving.id, leaving.number, leaving.estate_id)


def settle(leaving: Leaving, said: Said = NOTHING_SAID) -> None:
    """A bill that came after the closing and reaches beyond the day, such as one taken over, is divided as well."""
    _hold(leaving)
    lines = passes_on(leaving)
    told = _("%(count)s bills, %(sum)s yuan", count=len(lines), sum=_sum(lines))
    STEPS.take(leaving, "settle", Said(note=told, key=said.key))
    _tell_division(leaving, _divide(leaving))


def _hold(leaving: Leaving) -> None:
    """In the order in which everybody does: keys before the rest, accounts last."""
    items = session().scalars(select(ChargeItem.id).where(ChargeItem.estate_id == leaving.estate_id)).all()
    hold_items(items)
    hold_keys(leaving.unit_id)
    STEPS.hold_unchanged(leaving)
    get_leaving(leaving.id)
    hold_accounts(customer_ids(leaving, Side.leaves, Side.buys))


def _divide(leaving: Leaving) -> Sequence[Divided]:
    """By the ledger's own verbs: no bill changes its customer, another stands for it."""
    payers = {party.customer_id: party.customer for party in leaving.parties}
    lines = passes_on(leaving)
    for line in lines:
        payer = payers[line.payer_id or 0]
        if line.fate is Fate.by_days:
            ledger.split(line.bill, leaving.day, payer)
        else:
            ledger.pass_on(line.bill, leaving.day, payer)
    return lines


def _end(leaving: Leaving, party: LeavingParty) -> None:
    """The last tie to any unit is a move-out, with what was open and why."""
    customer = get_customer(party.customer_id, Customer.occupancies)
    [occupancy] = [each for each in customer.occupancies if each.id == party.occupancy_id]
    if moving_out.is_last(customer, occupancy):
        reason = " ".join(filter(None, (leaving.number, leaving.open_note, leaving.readings_note, leaving.keys_note)))
        moving_out.move_out(customer, occupancy, leaving.day, reason)
    else:
        service.end_occupancy(occupancy, leaving.day)


def _sum(lines: Sequence[Divided]) -> Decimal:
    return sum((line.after for line in lines), NOUGHT)


def _tell(leaving: Leaving, passed: Sequence[Divided]) -> None:
    _tell_division(leaving, passed)
    record(
        LeavingClosed(
            leaving_kind=leaving.kind.value,
            day=leaving.day,
            names=[party.customer.name for party in leaving.of(Side.leaves)],
            **subjects(leaving, (Side.leaves, Side.buys)),
        )
    )


def _tell_division(leaving: Leaving, passed: Sequence[Divided]) -> None:
    if passed:
        record(BillsDivided(bills=len(passed), amount=_sum(passed), **subjects(leaving)))


def followed(leaving_id: int) -> None:
    """Its sheet lies in the dossiers: of whoever left everything, and leaves nothing open, the dossier is closed too.

    Whoever owes or is owed something stays open, and on the list of those who wait.
    """
    leaving = get_leaving(leaving_id)
    for customer_id in customer_ids(leaving, Side.leaves):
        customer = get_customer(customer_id, Customer.occupancies)
        stand = moving_out.moved_out(customer, leaving.day)
        if stand is not None and stand.may_be_closed:
            moving_out.close_file(customer, leaving.day)
