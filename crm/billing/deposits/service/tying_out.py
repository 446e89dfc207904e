"""日核对: the bank's figure entered beside the book's; what was entered stays, a later one counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.deposits.events import DepositsTiedOut
from crm.billing.deposits.models import DepositTieOut
from crm.billing.deposits.reports import DayFigures, figures_on
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the bank's statement says of the deposits' account at the end of `day`, in yuan."""

    day: date
    bank: Decimal
    reference: str
    explanation: str = ""


def tie_out(estate_id: int, statement: Statement) -> DepositTieOut:
    """Raises `DomainError` for a day ahead, a statement without a number, and a difference nobody explains."""
    if statement.day > business_day():
        raise DomainError(_("The day must not be later than today."))
    if not statement.reference.strip():
        raise DomainError(_("Write the number or page of the bank's statement."))
    book = figures_on(estate_id, statement.day)
    if not _agrees(book, statement) and not statement.explanation.strip():
        difference = f"{statement.bank - book.register:,.2f}"
        raise DomainError(_("Bank and book differ by %(difference)s yuan: write why.", difference=difference))
    made = DepositTieOut(
        estate_id=estate_id,
        day=statement.day,
        register=book.register,
        ledger=book.ledger,
        bank=statement.bank,
        reference=statement.reference.strip(),
        explanation=statement.explanation.strip(),
        entered_by_id=g.actor.user_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(made)
    session().flush()
    _tell(made)
    return made


def _agrees(book: DayFigures, statement: Statement) -> bool:
    return book.register == book.ledger == statement.bank


def _tell(made: DepositTieOut) -> None:
    record(
        DepositsTiedOut(
            estate_id=made.estate_id,
            day=made.day,
            register=made.register,
            ledger=made.ledger,
            bank=made.bank,
            reference=made.reference,
            explanation=made.explanation,
        )
    )
