"""Carrying out what was signed: the deduction and the refund are asked of the deposits' book and decided there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits import service as deposits
from crm.billing.deposits.models import Deposit, DepositRequest, MovementKind
from crm.billing.deposits.service import Line, Wish
from crm.billing.ledger.handlers import single_item
from crm.billing.ledger.models import Method
from crm.billing.ledger.service import Charge, charge
from crm.dates import business_day
from crm.db import session
from crm.renovations.settlement.apportioning import NOUGHT
from crm.renovations.settlement.events import RenovationDamageBilled
from crm.renovations.settlement.figures import BILL_DAYS
from crm.renovations.settlement.models import RenovationSettlement
from crm.renovations.settlement.queries import asked_as
from crm.renovations.settlement.service.ending import booked
from crm.renovations.settlement.service.steps import STEPS, hold_all, subjects, tell
from crm.steps.taking import NOW, Said
from crm.tenants.models import Customer
from crm.web.templating import money

DAMAGE = ("装修损坏赔偿", "装修损坏赔偿（单次）")  # the second where the first is charged another way


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """How the rest goes back: to who paid, or to another for a reason."""

    method: Method
    payee: str
    payee_reason: str = ""
    reference: str = ""


def carry_out(settlement: RenovationSettlement, said: Said) -> None:
    """By another than made it. Raises `DomainError` while anything is open, or where the deposit has changed."""
    deposit = hold_all(settlement.renovation, settlement)
    decided = {"decided_by_id": g.actor.user_id, "decided_by": g.actor.name, "decided_at": NOW}
    STEPS.take(settlement, "carry_out", said, **decided)
    tell(settlement, "carry_out", said)
    if settlement.billed > NOUGHT:
        settlement.bill_id = _billed(settlement)
        session().flush()
    if deposit is None or settlement.deducted == NOUGHT:
        booked(settlement)
        return
    settlement.deduction_id = _deduct(settlement, deposit, said).id
    session().flush()


def _deduct(settlement: RenovationSettlement, deposit: Deposit, said: Said) -> DepositRequest:
    """Booked at once where the deposit's rules leave it to one person, else somebody else decides."""
    lines = [
        Line(
            amount=line.from_deposit,
            reason=f"{settlement.number} {line.reason}",
            clause=line.clause,
            bill_id=line.bill_id,
            upload_ids=[photo.upload_id for photo in line.photos],
        )
        for line in settlement.lines
        if line.from_deposit > NOUGHT
    ]
    return deposits.ask(deposit, Wish(kind=MovementKind.deduction, lines=lines, key=_key(settlement, said)))


def _key(settlement: RenovationSettlement, said: Said) -> str:
    return asked_as(settlement.id) + (said.key or secrets.token_hex(12))


def _billed(settlement: RenovationSettlement) -> int:
    """What is above the deposit, in the file that stands for the customer today; the sheet's number is its note."""
    renovation = settlement.renovation
    customer = session().get_one(Customer, renovation.customer.kept_id)
    with force_locale("zh_CN"):
        item = single_item(renovation.estate_id, DAMAGE, _("Added when the first damage of a renovation was charged."))
    entered = Charge(
        item=item,
        amount=settlement.billed,
        due_on=business_day() + timedelta(days=BILL_DAYS.on(business_day())),
        note=settlement.number,
        unit=renovation.unit,
    )
    bill = charge(customer, entered)
    record(RenovationDamageBilled(bill_id=bill.id, amount=bill.amount, **subjects(settlement)))
    return bill.id


def ask_refund(settlement: RenovationSettlement, payout: Payout, said: Said) -> DepositRequest:
    """The whole rest goes back; somebody else decides, then the cashier pays out.

    The step stands first: the deposit goes nowhere but by its settlement, and that is asked when it is asked for.
    """
    deposit = hold_all(settlement.renovation, settlement)
    STEPS.take(settlement, "refund", replace(said, note=_("%(sum)s yuan", sum=money(settlement.back))))
    told: dict[str, Any] = {"method": payout.method, "reference": payout.reference, "payee": payout.payee}
    with force_locale("zh_CN"):
        reason = _("Settled by %(number)s", number=settlement.number)
    wish = Wish(
        kind=MovementKind.refund,
        lines=[Line(amount=settlement.back, reason=reason)],
        key=_key(settlement, said),
        payee_reason=payout.payee_reason,
        **told,
    )
    asked = deposits.ask(deposit, wish)  # type: ignore[arg-type]  # what goes back is held of one
    settlement.refund_id = asked.id
    session().flush()
    tell(settlement, "refund", said)
    return asked
