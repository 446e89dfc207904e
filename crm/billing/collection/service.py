"""Mandates, drawing a batch, reading the bank's answer, booking it line by line, each once."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import update

from crm.audit.log import record
from crm.billing.collection import queries
from crm.billing.collection.events import (
    AnswerBooked,
    AnswerRead,
    BatchCancelled,
    BatchDrawn,
    BatchFetched,
    MandateEnded,
    MandateEntered,
)
from crm.billing.collection.models import WORKFLOW, BatchState, CollectionBatch, CollectionLine, LineState, Mandate
from crm.billing.collection.understanding import Answer, Fault, answers
from crm.billing.ledger import service as books
from crm.billing.ledger.models import Method
from crm.bulk import pour
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store
from crm.properties.models import Estate
from crm.secrecy import seal
from crm.tenants.models import Customer
from crm.workbooks.cells import Sheet

PURPOSE = "bank_answer"
PART = 100  # lines booked in one unit of work
SHOWN = 4  # digits of an account at its end
_ACCOUNT = re.compile(r"\d{8,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    agreement: str
    bank: str
    holder: str
    account: str
    since: date


def account_fault(text: str) -> str:
    """Why it cannot be a bank account's number, or ""."""
    digits = re.sub(r"[\s-]", "", text)
    return "" if _ACCOUNT.fullmatch(digits) else _("An account number has 8 to 32 digits.")


def enter_mandate(customer: Customer, entered: Entered) -> Mandate:
    """Raises `DomainError` for a wrong number, or while another mandate holds."""
    if fault := account_fault(entered.account):
        raise DomainError(fault)
    if queries.live_mandate(customer.id):
        raise DomainError(_("A mandate of this customer is in force. End it first."))
    digits = re.sub(r"[\s-]", "", entered.account)
    mandate = Mandate(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        agreement=entered.agreement,
        bank=entered.bank,
        holder=entered.holder,
        account=seal(digits),
        account_masked=f"****{digits[-SHOWN:]}",
        since=entered.since,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(mandate)
    session().flush()
    record(
        MandateEntered(
            mandate_id=mandate.id,
            customer_id=customer.id,
            bank=mandate.bank,
            account=mandate.account_masked,
            agreement=mandate.agreement,
        )
    )
    return mandate


def end_mandate(mandate: Mandate) -> None:
    if mandate.ended_on is not None:
        raise DomainError(_("This mandate has ended already."))
    mandate.ended_on = max(business_day(), mandate.since)
    record(MandateEnded(mandate_id=mandate.id, customer_id=mandate.customer_id, ended_on=mandate.ended_on))


def draw(estate: Estate, until: date) -> CollectionBatch:
    """报盘 of what is open and due by a day. Raises `DomainError` when there is nothing to ask for."""
    day = business_day()
    rows = session().execute(queries.to_be_asked(estate.id, until, day)).all()
    if not rows:
        raise DomainError(_("Nobody with a mandate owes anything due by that day, or the bank was asked already."))
    batch = CollectionBatch(
        estate_id=estate.id,
        drawn_on=day,
        due_until=until,
        state=BatchState.drawn,
        lines=len(rows),
        total=sum((row.amount for row in rows), Decimal(0)),
        faults=[],
        drawn_by=g.actor.name,
        drawn_at=utc_now(),
    )
    session().add(batch)
    session().flush()
    pour(CollectionLine, [_line(batch, serial, row) for serial, row in enumerate(rows, start=1)])
    record(BatchDrawn(collection_batch_id=batch.id, estate_id=estate.id, lines=batch.lines, total=batch.total))
    return batch


def _line(batch: CollectionBatch, serial: int, row: Any) -> dict[str, Any]:
    return {
        "batch_id": batch.id,
        "serial": serial,
        "mandate_id": row.mandate_id,
        "customer_id": row.customer_id,
        "amount": row.amount,
        "state": LineState.waiting,
        "paid": None,
        "payment_id": None,
    }


def note_fetched(batch: CollectionBatch) -> None:
    record(BatchFetched(collection_batch_id=batch.id, estate_id=batch.estate_id, lines=batch.lines))


def cancel(batch: CollectionBatch) -> None:
    """It never went to the bank: its customers can be asked again."""
    WORKFLOW.take(batch, "cancel")
    record(BatchCancelled(collection_batch_id=batch.id, estate_id=batch.estate_id))


def take_answer(batch: CollectionBatch, sheet: Sheet, content: bytes, name: str) -> None:
    """回盘: note what the bank says of each line; a later file takes the place of one that was not booked."""
    WORKFLOW.expect(batch, "take_answer")
    kept = store.keep(content, name, purpose=PURPOSE, estate_id=batch.estate_id)
    _forget(batch)
    faults = _compared(queries.lines_of(batch.id), list(answers(sheet)))
    batch.upload_id, batch.faults = kept.id, [asdict(fault) for fault in faults]
    WORKFLOW.take(batch, "take_answer")
    session().flush()
    sums = queries.batch_sums(batch.id)
    record(
        AnswerRead(
            collection_batch_id=batch.id,
            estate_id=batch.estate_id,
            file=kept.name,
            paid=sums.get(LineState.paid, (0, 0))[0],
            failed=sums.get(LineState.failed, (0, 0))[0],
            faults=len(faults),
        )
    )


def _forget(batch: CollectionBatch) -> None:
    nothing = {"state": LineState.waiting, "paid": None, "reason": ""}
    session().execute(update(CollectionLine).where(CollectionLine.batch_id == batch.id).values(nothing))


def _compared(lines: Any, rows: list[Answer | Fault]) -> list[Fault]:
    """Write each answer at its line; the rows that fit none, and why."""
    by_serial, by_agreement = {line.serial: line for line in lines}, {line.mandate.agreement: line for line in lines}
    faults, seen = [row for row in rows if isinstance(row, Fault)], set[int]()
    for row in (row for row in rows if isinstance(row, Answer)):
        line = by_serial.get(row.serial) if row.serial is not None else by_agreement.get(row.agreement)
        why = _hindrance(row, line, seen)
        if why or line is None:
            faults.append(Fault(row=row.row, text=f"{row.serial or ''} {row.agreement}".strip(), why=why))
        else:
            seen.add(line.id)
            _note(row, line)
    return sorted(faults, key=lambda fault: fault.row)


def _note(row: Answer, line: CollectionLine) -> None:
    line.state = LineState.paid if row.is_paid else LineState.failed
    line.paid, line.reason = (_paid(row, line), "") if row.is_paid else (None, row.reason)


def _paid(row: Answer, line: CollectionLine) -> Decimal:
    return line.amount if row.paid is None else row.paid


def _hindrance(row: Answer, line: CollectionLine | None, seen: set[int]) -> str:
    if line is None:
        return _("Nobody was asked for under this number.")
    if row.agreement and row.agreement != line.mandate.agreement:
        return _("Serial and agreement number belong to different customers.")
    if line.id in seen:
        return _("The file answers this line twice; the first answer counts.")
    if row.is_paid and not 0 < _paid(row, line) <= line.amount:
        return _("The bank was asked for %(sum)s yuan, not for this sum.", sum=f"{line.amount:,.2f}")
    return ""


def book_part(batch: CollectionBatch) -> int:
    """Put the next lines into the books; returns how many. Whoever goes on after a killed one doubles nothing."""
    WORKFLOW.expect(batch, "book")
    lines = queries.unbooked(batch.id, PART)
    for line in lines:
        money = books.Money(
            amount=line.paid or Decimal(0),
            method=Method.bank_collection,
            paid_on=business_day(),
            key=f"collection:{line.id}",
            reference=f"{batch.id}-{line.serial}",
        )
        line.payment_id = books.receive(line.customer, money).id
    session().flush()
    return len(lines)


def conclude(batch: CollectionBatch) -> None:
    """Everything the bank took is in the books."""
    WORKFLOW.take(batch, "book")
    batch.booked_by, batch.booked_at = g.actor.name, utc_now()
    count, total = queries.batch_sums(batch.id).get(LineState.paid, (0, Decimal(0)))
    record(AnswerBooked(collection_batch_id=batch.id, estate_id=batch.estate_id, lines=count, total=total))
