"""What of a customer's coming and of the keys is not in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crm.archive.dossiers.models import Item
from crm.db import session
from crm.moves.keys.models import KeyReturn, KeySlip, KeySlipLine
from crm.moves.moving_in.figures import EXPIRY_DAYS
from crm.moves.moving_in.models import MoveIn, MoveInState
from crm.tenants.models import Occupancy
from tests.review.oracle_books import Books, ids, rows
from tests.review.oracle_dossiers import Ask

JOB = timedelta(hours=12)
SIGNED = (MoveInState.signed, MoveInState.filed)


def move_in_unfiled(books: Books) -> Iterator[str]:
    for case in books.of_files(MoveIn):
        late = case.signed_at is not None and case.signed_at < books.moment_before(0) - JOB
        if case.state in SIGNED and late and not rows(Item, source_kind="move_in", source_id=case.id):
            yield case.number


def _lives_there(books: Books, case: MoveIn) -> bool:
    tie = session().get(Occupancy, case.occupancy_id) if case.occupancy_id else None
    return tie is not None and tie.lasts_on(books.day)


def move_in_unsigned(books: Books) -> Iterator[str]:
    for case in books.of_files(MoveIn):
        old = case.started_at < books.moment_before(30)
        if case.state is MoveInState.started and old and _lives_there(books, case):
            yield case.number


def move_in_expiring(books: Books) -> Iterator[str]:
    soon = books.day + timedelta(days=EXPIRY_DAYS.on(books.day))
    for case in books.of_files(MoveIn):
        ends = [day for day in (case.lease_until, case.licence_until) if day is not None and day <= soon]
        if case.state in SIGNED and ends and _lives_there(books, case):
            yield case.number


def keys_with_who_left(books: Books) -> Iterator[str]:
    for slip in books.of_files(KeySlip):
        given = rows(KeySlipLine, key_slip_id=slip.id)
        back = rows(KeyReturn, key_slip_line_id=ids(given))
        ties = [tie for tie in books.of_files(Occupancy) if tie.unit_id == slip.unit_id]
        gone = all(tie.ends is not None and tie.ends <= books.day for tie in ties)
        if gone and sum(line.count for line in given) > sum(each.count for each in back):
            yield slip.number


MOVES: dict[str, Ask] = {
    ask.__name__: ask for ask in (move_in_unfiled, move_in_unsigned, move_in_expiring, keys_with_who_left)
}
