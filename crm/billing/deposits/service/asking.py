"""What is to be done with a deposit: asked for by one, decided by another where it must be, and then booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.deposits import queries
from crm.billing.deposits.events import DepositActDecided, DepositActRequested
from crm.billing.deposits.figures import ALONE_UP_TO
from crm.billing.deposits.hindrances import cancel_hindrance, refund_hindrance
from crm.billing.deposits.models import (
    MOVEMENT_TITLES,
    WORKFLOW,
    Deposit,
    DepositLine,
    DepositMovement,
    DepositPhoto,
    DepositRequest,
    MovementKind,
    RequestState,
)
from crm.billing.deposits.service.booking import book, hold, reversal_hindrance
from crm.billing.ledger.models import AT_THE_COUNTER, Method
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`bill_id`: the bill a deduction pays; `upload_ids`: photographs."""

    amount: Decimal
    reason: str
    clause: str = ""
    bill_id: int | None = None
    upload_ids: Sequence[int] = ()


class Paying(Protocol):
    """A line that may pay a bill."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def bill_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`key` is the form's own. A refund goes to `payee` by `method`; to another than who paid with `payee_reason`."""

    kind: MovementKind
    lines: Sequence[Line]
    key: str
    method: Method | None = None
    reference: str = ""
    payee: str = ""
    payee_reason: str = ""

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOUGHT)


def hindrance(deposit: Deposit, kind: MovementKind) -> str:
    """Why this cannot be done with the deposit now, or ""."""
    if reason := _under_way(deposit):
        return reason
    if deposit.balance == NOUGHT:
        return _("Nothing of this deposit is left.")
    if kind is MovementKind.cancellation and deposit.balance != deposit.amount:
        return _("Part of it was deducted or given back. Take that back first.")
    return _others_hindrance(deposit, kind)


def _others_hindrance(deposit: Deposit, kind: MovementKind) -> str:
    """What other packages know against it."""
    if kind in (MovementKind.refund, MovementKind.forfeiture):
        return refund_hindrance(deposit)
    return cancel_hindrance(deposit) if kind is MovementKind.cancellation else ""


def _under_way(deposit: Deposit) -> str:
    waiting = queries.request_under_way(deposit.id)
    if waiting is None:
        return ""
    told = {"what": MOVEMENT_TITLES[waiting.kind], "sum": f"{waiting.amount:,.2f}"}
    if waiting.state is RequestState.approved:
        return _("%(what)s of %(sum)s yuan is approved and not paid out yet. Pay it out or withdraw it first.", **told)
    return _("%(what)s of %(sum)s yuan is waiting for a decision. Have it decided or withdrawn first.", **told)


def may_alone(deposit: Deposit, kind: MovementKind, amount: Decimal) -> bool:
    """Whether one person may do it without a second.

    Deductions, until the figure is reached on this deposit; and taking back one's own small entry of the same day.
    """
    limit = ALONE_UP_TO.on(business_day())
    if kind is MovementKind.deduction:
        return bool(queries.deducted_alone(deposit.id) + amount <= limit)
    own = deposit.taken_by_id == g.actor.user_id and deposit.day_close_id is None
    fresh = deposit.taken_on == business_day()
    return bool(kind is MovementKind.cancellation and own and fresh and amount <= limit)


def ask(deposit: Deposit, wish: Wish) -> DepositRequest:
    """The request; carried out at once where one person may. Raises `DomainError` when it is not possible."""
    hold(deposit)
    if known := _known(deposit, wish):
        return known
    _expect(deposit, wish)
    alone = may_alone(deposit, wish.kind, wish.amount)
    made = _kept(deposit, wish.kind, wish.key, wish.amount, alone=alone)
    if wish.kind is MovementKind.cancellation:
        made.method, made.payee = deposit.method, deposit.payer
    else:
        made.method, made.reference = wish.method, wish.reference
        made.payee, made.payee_reason = wish.payee.strip(), wish.payee_reason.strip()
    _add(made)
    for line in wish.lines:
        _add_line(made, line)
    _tell_asked(made, wish.lines[0].reason)
    if alone:
        book(deposit, made)
    return made


def take_back(movement: DepositMovement, reason: str, key: str) -> DepositRequest:
    """Ask for the movement to become undone: at once for one's own small deduction of the same day."""
    deposit = queries.get_deposit(movement.deposit_id)
    hold(deposit)
    known = session().scalars(select(DepositRequest).where(DepositRequest.key == key)).one_or_none()
    if known is not None:
        return known
    if refusal := _under_way(deposit) or reversal_hindrance(movement):
        raise DomainError(refusal)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    made = _kept(deposit, movement.kind, key, movement.amount, alone=_may_take_back_alone(movement))
    made.takes_back = True
    _add(made)
    line = DepositLine(request_id=made.id, amount=movement.amount, reason=reason, reverses_id=movement.line_id)
    session().add(line)
    _tell_asked(made, reason)
    if made.alone:
        book(deposit, made)
    return made


def _may_take_back_alone(movement: DepositMovement) -> bool:
    own = movement.made_by_id == g.actor.user_id and movement.booked_on == business_day()
    small = movement.amount <= ALONE_UP_TO.on(business_day())
    return bool(movement.kind is MovementKind.deduction and own and small)


def _known(deposit: Deposit, wish: Wish) -> DepositRequest | None:
    """The request that this very form made before. Raises `DomainError` when it was about something else."""
    known = session().scalars(select(DepositRequest).where(DepositRequest.key == wish.key)).one_or_none()
    if known and (known.deposit_id, known.kind, known.amount) != (deposit.id, wish.kind, wish.amount):
        raise DomainError(_("This form was sent before with another sum. Open it anew."))
    return known


def _expect(deposit: Deposit, wish: Wish) -> None:
    refusal = hindrance(deposit, wish.kind) or _fault(deposit, wish)
    if refusal:
        raise DomainError(refusal)


def _fault(deposit: Deposit, wish: Wish) -> str:
    """What is wrong with what was typed, or ""."""
    if not wish.lines or any(line.amount <= 0 for line in wish.lines):
        return _("Write a sum, more than nought.")
    if not all(line.reason.strip() for line in wish.lines):
        return _("Write why: it stands on the file for good.")
    if wish.amount > deposit.balance:
        return _("Only %(sum)s yuan of the deposit are left.", sum=f"{deposit.balance:,.2f}")
    if wish.kind is MovementKind.cancellation and wish.amount != deposit.amount:
        return _("An entry is taken back whole.")
    return _fault_of_refund(deposit, wish) if wish.kind is MovementKind.refund else fault_of_bills(deposit, wish.lines)


def _fault_of_refund(deposit: Deposit, wish: Wish) -> str:
    if wish.method not in AT_THE_COUNTER:
        return _("Choose how the money goes back.")
    if not wish.payee.strip():
        return _("Write who gets the money.")
    if wish.payee.strip() != deposit.payer and not wish.payee_reason.strip():
        return _("%(payer)s paid this deposit. Write why somebody else gets it back.", payer=deposit.payer)
    return ""


def fault_of_bills(deposit: Deposit, lines: Sequence[Paying]) -> str:
    """A line pays an open bill of the customer's file, no more than is open of it, each bill once."""
    wanted = [line for line in lines if line.bill_id is not None]
    if not wanted:
        return ""
    still_open = {bill.id: bill.open for bill in queries.payable_bills(deposit)}
    if any(line.bill_id not in still_open for line in wanted):
        return _("One of the bills is not open any more, or is not this customer's.")
    if len({line.bill_id for line in wanted}) < len(wanted):
        return _("Two lines pay the same bill. Put them together.")
    if any(line.amount > still_open[line.bill_id or 0] for line in wanted):
        return _("A line is larger than what is open of its bill.")
    return ""


def _kept(deposit: Deposit, kind: MovementKind, key: str, amount: Decimal, *, alone: bool) -> DepositRequest:
    return DepositRequest(
        estate_id=deposit.estate_id,
        customer_id=deposit.customer_id,
        deposit_id=deposit.id,
        kind=kind,
        takes_back=False,
        amount=amount,
        key=key,
        reference="",
        payee="",
        payee_reason="",
        alone=alone,
        state=RequestState.done if alone else RequestState.requested,
        requested_by_id=g.actor.user_id,
        requested_at=utc_now(),
        decision="",
    )


def _add(made: DepositRequest) -> None:
    session().add(made)
    session().flush()


def _add_line(made: DepositRequest, line: Line) -> None:
    row = DepositLine(
        request_id=made.id, amount=line.amount, reason=line.reason, clause=line.clause, bill_id=line.bill_id
    )
    session().add(row)
    session().flush()
    session().add_all(DepositPhoto(line_id=row.id, upload_id=upload_id) for upload_id in line.upload_ids)


def _tell_asked(made: DepositRequest, reason: str) -> None:
    session().flush()
    if made.alone:
        return
    record(
        DepositActRequested(
            deposit_request_id=made.id,
            deposit_id=made.deposit_id,
            customer_id=made.customer_id,
            kind=made.kind,
            takes_back=made.takes_back,
            amount=made.amount,
            reason=reason,
        )
    )


def approve(asked: DepositRequest, remark: str = "") -> None:
    """Decide for it; it is booked at once unless money is to be paid out, which the cashier does.

    Raises `DomainError` for one's own request or when it became impossible.
    """
    hold(asked.deposit)
    _expect_no_hindrance(asked)
    _decide(asked, "allow" if asked.paid_out else "approve", remark)
    if not asked.paid_out:
        book(asked.deposit, asked)


def _expect_no_hindrance(asked: DepositRequest) -> None:
    """What other packages know may have come up since it was asked for."""
    if not asked.takes_back and (refusal := _others_hindrance(asked.deposit, asked.kind)):
        raise DomainError(refusal)


def refuse(asked: DepositRequest, remark: str) -> None:
    if not remark.strip():
        raise DomainError(_("Write why it is refused."))
    _decide(asked, "refuse", remark)


def pay_out(asked: DepositRequest, reference: str = "") -> None:
    """The cashier hands the money over, or sends it: from now on it has left. A second click finds it done."""
    hold(asked.deposit)
    session().refresh(asked, ["state", "version"])
    _expect_no_hindrance(asked)
    WORKFLOW.take(asked, "pay_out")
    asked.reference = reference or asked.reference
    session().flush()
    book(asked.deposit, asked)


def withdraw(asked: DepositRequest) -> None:
    """By whoever asked for it; of an approved one by any cashier, as long as nothing was paid out."""
    if asked.state is RequestState.requested and asked.requested_by_id != g.actor.user_id:
        raise DomainError(_("Only whoever asked can withdraw it."))
    WORKFLOW.take(asked, "withdraw")
    session().flush()
    _tell_decided(asked, "")


def _decide(asked: DepositRequest, step: str, remark: str) -> None:
    if asked.requested_by_id == g.actor.user_id:
        raise DomainError(_("Somebody else must decide about your own request."))
    WORKFLOW.take(asked, step)
    asked.decided_by_id, asked.decided_at, asked.decision = g.actor.user_id, utc_now(), remark
    session().flush()
    _tell_decided(asked, remark)


def _tell_decided(asked: DepositRequest, remark: str) -> None:
    record(
        DepositActDecided(
            deposit_request_id=asked.id,
            deposit_id=asked.deposit_id,
            customer_id=asked.customer_id,
            kind=asked.kind,
            takes_back=asked.takes_back,
            decision=asked.state,
            amount=asked.amount,
            remark=remark,
        )
    )
