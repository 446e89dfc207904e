"""What of a customer's leaving is not in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crm.archive.dossiers.models import Item
from crm.billing.ledger.models import Bill, BillSource
from crm.db import session
from crm.moves.leaving.models import Leaving, LeavingParty, LeavingState, Side
from tests.review.oracle_books import Books, rows
from tests.review.oracle_dossiers import Ask

JOB, LATE = timedelta(hours=12), timedelta(days=15)
SINGLE = (BillSource.single, BillSource.late_fee)


def _left(books: Books) -> Iterator[Leaving]:
    for party in books.of_files(LeavingParty):
        if party.side is Side.leaves:
            yield session().get_one(Leaving, party.leaving_id)


def leaving_unfiled(books: Books) -> Iterator[str]:
    for case in _left(books):
        late = case.closed_at is not None and case.closed_at < books.moment_before(0) - JOB
        if late and not rows(Item, source_kind="leaving", source_id=case.id):
            yield case.number


def leaving_late(books: Books) -> Iterator[str]:
    for case in _left(books):
        if case.state in (LeavingState.started, LeavingState.signed) and case.day < books.day - LATE:
            yield case.number


def leaving_beyond(books: Books) -> Iterator[str]:
    for case in _left(books):
        bills = [bill for bill in books.of_files(Bill) if bill.unit_id == case.unit_id and not bill.voided]
        beyond = any(bill.ends > case.day and bill.source not in SINGLE for bill in bills)
        if case.state is LeavingState.closed and beyond:
            yield case.number


LEAVING: dict[str, Ask] = {ask.__name__: ask for ask in (leaving_unfiled, leaving_late, leaving_beyond)}
