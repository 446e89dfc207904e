"""Asking for an account to be written off: a request of the books for each bill, all of them or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arrears.cases import queries
from crm.billing.arrears.cases.events import WriteOffsAsked
from crm.billing.arrears.cases.figures import WRITE_OFF_YEARS
from crm.billing.arrears.limitation.queries import ran_out
from crm.billing.ledger.models import AdjustmentKind, AdjustmentRequest, Bill, RequestState
from crm.billing.ledger.queries import standings
from crm.billing.ledger.service import Wish, request, request_hindrance
from crm.billing.ledger.service.holding import hold_accounts
from crm.dates import months_later
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer

ADDRESS = "/billing/customers/{}?tab=adjustments"  # where the requests of an account stand
KIND = AdjustmentKind.write_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An open bill; `hindrance` why its write-off cannot be asked for, or ""."""

    bill: Bill
    has_run_out: bool
    is_old: bool
    hindrance: str

    @property
    def proposed(self) -> bool:
        return not self.hindrance and (self.has_run_out or self.is_old)


def candidates(customer: Customer, day: date) -> list[Candidate]:
    """Every open bill, the oldest due first."""
    bills = queries.payable(customer)
    gone, known = ran_out([bill.id for bill in bills], day), standings(bills)
    old = months_later(day, -12 * WRITE_OFF_YEARS.on(day))
    return [
        Candidate(
            bill=bill,
            has_run_out=bill.id in gone,
            is_old=bill.due_on < old,
            hindrance=request_hindrance(bill, KIND, known[bill.id]),
        )
        for bill in bills
    ]


def ask_for_write_offs(
    customer: Customer, bill_ids: Collection[int], reason: str, upload_id: int | None = None
) -> Sequence[AdjustmentRequest]:
    """One request for each bill, of all that is open of it. Raises `DomainError` when one of them is not possible.

    Sent twice it is asked for once.
    """
    hold_accounts({customer.id})
    chosen = [bill for bill in queries.payable(customer) if bill.id in set(bill_ids)]
    if not bill_ids or len(chosen) < len(set(bill_ids)):
        raise DomainError(_("Choose bills that are open still."))
    if asked := _asked_before(chosen, reason):
        return asked
    known = standings(chosen)
    if refusal := next(filter(None, (request_hindrance(bill, KIND, known[bill.id]) for bill in chosen)), ""):
        raise DomainError(refusal)
    wishes = [Wish(kind=KIND, amount=bill.open, reason=reason, upload_id=upload_id) for bill in chosen]
    made = [request(bill, wish) for bill, wish in zip(chosen, wishes, strict=True)]
    _tell(customer, made, reason)
    return made


def _asked_before(bills: Sequence[Bill], reason: str) -> Sequence[AdjustmentRequest]:
    """The waiting requests by which the acting person asked for just this."""
    ids = [bill.id for bill in bills]
    found = select(AdjustmentRequest).where(
        AdjustmentRequest.bill_id.in_(ids),
        AdjustmentRequest.kind == KIND,
        AdjustmentRequest.state == RequestState.requested,
        AdjustmentRequest.requested_by_id == g.actor.user_id,
        AdjustmentRequest.reason == reason,
    )
    rows = session().scalars(found.order_by(AdjustmentRequest.id)).all()
    return rows if {row.bill_id for row in rows} == set(ids) else []


def _tell(customer: Customer, made: Sequence[AdjustmentRequest], reason: str) -> None:
    total = sum((asked.amount for asked in made), Decimal(0))
    record(
        WriteOffsAsked(
            customer_id=customer.id,
            estate_id=customer.estate_id,
            requests=len(made),
            amount=total,
            reason=reason,
        )
    )
