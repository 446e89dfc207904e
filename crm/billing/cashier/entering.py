"""A payment as the form has it: which lines, how much of it becomes credit, how much change is due."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from secrets import token_hex
from typing import Any

from flask_babel import gettext as _

from crm.billing.cashier import service
from crm.billing.cashier.forms import PayForm
from crm.billing.cashier.models import Receipt
from crm.billing.cashier.reports.account import Account
from crm.billing.ledger.models import Method
from crm.billing.ledger.service import Money
from crm.dates import business_day
from crm.errors import DomainError
from crm.money import to_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    receipt: Receipt
    change: Decimal | None  # yuan to be given back; None where nobody asked


def pay_form(account: Account) -> Any:
    """With every line ticked that can be paid; once sent, with what was sent."""
    ticked = [line.bill.id for line in account.payable]
    return PayForm(key=token_hex(16), stand=account.version, paid_on=business_day(), bill=ticked)


def expect_current(account: Account, form: Any) -> None:
    """Raises `DomainError` when the lines are others than those on the form; the form then stands on the new ones."""
    if form.stand.data == account.version:
        return
    form.stand.process(None, account.version)
    form.stand.raw_data = None
    raise DomainError(
        _("The account has changed since you opened it: a bill came, or somebody took money. Look at the lines again.")
    )


def take(account: Account, form: Any) -> Entered:
    """Raises `DomainError` with what to do."""
    expect_current(account, form)
    payable = {line.bill.id for line in account.payable}
    ticked = payable & set(form.bill.data or ())
    owed = account.sum_of(ticked)
    amount = form.amount.data if form.amount.data is not None else owed
    _expect_something(payable, ticked, amount)
    change = _change(form, amount)
    _expect_credit_was_told(form, amount - owed)
    money = Money(
        amount=amount,
        method=Method(form.method.data),
        paid_on=form.paid_on.data,
        key=form.key.data,
        reference=form.reference.data or "",
        payer=form.payer.data or "",
        note=form.note.data or "",
    )
    chosen = ticked if ticked != payable else ()
    return Entered(receipt=service.take(account.customer, money, chosen), change=change)


def _expect_something(payable: set[int], ticked: set[int], amount: Decimal) -> None:
    if payable and not ticked:
        raise DomainError(_("Tick at least one line. What is paid above the ticked lines becomes credit."))
    if not amount:
        raise DomainError(_("Nothing is owed that could be paid. Write a sum if it is paid in advance."))


def _change(form: Any, amount: Decimal) -> Decimal | None:
    if not form.given.data:
        return None
    if form.given.data < amount:
        raise DomainError(
            _("%(sum)s yuan were handed over, less than what is received.", sum=f"{form.given.data:,.2f}")
        )
    return Decimal(form.given.data - amount)


def _expect_credit_was_told(form: Any, credit: Decimal) -> None:
    """What is left over becomes credit; whoever pays hears it before."""
    told = str(to_fen(credit)) if credit > 0 else ""
    if credit > 0 and form.said.data != told:
        form.said.process(None, told)
        form.said.raw_data = None
        raise DomainError(
            _(
                "%(sum)s yuan more than the ticked lines: this would become the customer's credit. Receive again if "
                "that is right, else correct the sum.",
                sum=f"{credit:,.2f}",
            )
        )
