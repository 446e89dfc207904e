"""What holds a deposit back for its renovation, and what a settlement needs to be settled: asked under its lock."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from crm.billing.deposits.models import Deposit, DepositMovement
from crm.db import session
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.cases.queries import fees_of
from crm.renovations.cases.securing import TO_SETTLE
from crm.renovations.passes.queries import out_of
from crm.renovations.settlement.models import RenovationSettlement, SettlementState
from crm.renovations.settlement.queries import unsettled_violation
from crm.violations.cases.queries import unsettled_of
from crm.web.templating import money


def open_violation(renovation: Renovation, _paid_bill_ids: Collection[int]) -> str:
    """Of the renovation, or of whoever's deposit it is."""
    deposit = session().get_one(Deposit, renovation.deposit_id) if renovation.deposit_id else None
    other = unsettled_of(deposit) if deposit else None
    number = unsettled_violation(renovation) or (other.number if other else "")
    return _("Violation %(number)s is not settled: settle it first.", number=number) if number else ""


def pass_out(renovation: Renovation, _paid_bill_ids: Collection[int]) -> str:
    """Each is handed in, or reported lost."""
    out = out_of(renovation.id)
    if not out:
        return ""
    told = {"count": len(out), "first": f"{out[0].number} {out[0].worker.name}"}
    return _("%(count)s passes are still out, such as %(first)s: take them back, or note that they are lost.", **told)


def fee_open(renovation: Renovation, paid_bill_ids: Collection[int]) -> str:
    """What the renovation itself costs is paid, or is paid by the settlement."""
    fee = next((fee for fee in fees_of(renovation.id) if fee.bill.open and fee.bill_id not in paid_bill_ids), None)
    if fee is None:
        return ""
    told = {"what": fee.bill.item.name, "sum": money(fee.bill.open)}
    return _("%(sum)s yuan of %(what)s are not paid: have them paid, or deduct them.", **told)


def goes_otherwise(deposit: Deposit) -> str:
    """Why the deposit does not go back, or "": what is settled goes back by its settlement and in no other way."""
    found = select(Renovation.number).where(Renovation.deposit_id == deposit.id, Renovation.state.in_(TO_SETTLE))
    number = session().scalars(found.limit(1)).one_or_none()
    if number is None or _asked_by_it(deposit):
        return ""
    return _("Renovation %(number)s is to be settled: the deposit goes back by its settlement.", number=number)


def _asked_by_it(deposit: Deposit) -> bool:
    found = select(RenovationSettlement.id).where(
        RenovationSettlement.deposit_id == deposit.id, RenovationSettlement.state == SettlementState.refund_asked
    )
    return session().scalars(found.limit(1)).one_or_none() is not None


def closed_by_it(movement: DepositMovement) -> str:
    """Why a movement of the deposit stays, or "": the file of its renovation is closed."""
    found = select(Renovation.number).where(
        Renovation.deposit_id == movement.deposit_id, Renovation.state == RenovationState.closed
    )
    number = session().scalars(found.limit(1)).one_or_none()
    if number is None:
        return ""
    return _("Renovation %(number)s is closed: have its settlement opened again first.", number=number)
