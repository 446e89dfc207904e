"""Move-outs and sales inside the acting person's estates: one whole, lists, the bills that reach beyond the day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.billing.deposits.models import Deposit
from crm.billing.ledger.models import Bill
from crm.billing.ledger.models.bill import CHARGED_ONCE
from crm.billing.meters.models import Meter, MeterReading
from crm.billing.meters.queries import in_place, last_reading
from crm.db import session
from crm.files.models import Upload
from crm.money import Fen
from crm.moves.leaving.models import (
    ENDED,
    Leaving,
    LeavingParty,
    LeavingSheet,
    LeavingState,
    Side,
)
from crm.properties.models import Estate, Unit
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import File, files_of, in_same_file
from crm.tenants.unfiled import lies_in_a_dossier

KIND, BUYERS_KIND = "leaving", "leaving_buyers"  # as papers in dossiers name what they come from
# written out, as the index of open ones has it: no engine uses it for values that it cannot see
OPEN = Leaving.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
UNFILED = and_(Leaving.state == LeavingState.closed, ~lies_in_a_dossier(KIND, Leaving.id))
Party, Name, Whose = aliased(LeavingParty), aliased(Customer), aliased(Customer)


def get_leaving(leaving_id: int) -> Leaving:
    """With what its pages show, as the database has it now; 404 outside the person's estates."""
    found = select(Leaving).where(Leaving.id == leaving_id, within(Leaving.estate_id))
    parties = selectinload(Leaving.parties)
    whole = (
        joinedload(Leaving.estate),
        joinedload(Leaving.unit),
        joinedload(Leaving.proof).joinedload(Upload.stored),
        parties.joinedload(LeavingParty.customer),
        parties.joinedload(LeavingParty.occupancy),
    )
    anew = found.options(*whole).execution_options(populate_existing=True)
    return session().scalars(anew).one_or_none() or abort(404)


def sheet_of(leaving_id: int) -> LeavingSheet | None:
    """The latest that was signed."""
    found = select(LeavingSheet).where(LeavingSheet.leaving_id == leaving_id).order_by(LeavingSheet.id.desc())
    return session().scalars(found.limit(1)).one_or_none()


def under_way(unit_id: int, occupancy_ids: Collection[int] = ()) -> Leaving | None:
    """One that is open and moves one of these out; without any the sale of the unit."""
    party = exists().where(
        LeavingParty.leaving_id == Leaving.id,
        LeavingParty.side == Side.leaves,
        LeavingParty.occupancy_id.in_(occupancy_ids),
    )
    found = select(Leaving).where(OPEN, Leaving.unit_id == unit_id, party if occupancy_ids else Leaving.kind == "sale")
    return session().scalars(found.order_by(Leaving.id).limit(1)).one_or_none()


def names(side: Side) -> Any:
    """Of the leaving asked about, in one text."""
    named = (
        select(Name.name)
        .join(Whose, Whose.kept_id == Name.id)
        .join(Party, Party.customer_id == Whose.id)
        .where(Party.leaving_id == Leaving.id, Party.side == side)
        .correlate(Leaving)
        .distinct()
        .order_by(Name.name)
        .subquery()
    )
    return select(func.aggregate_strings(named.c.name, "、")).select_from(named).scalar_subquery()


def _theirs(customer_id: Any) -> ColumnElement[bool]:
    """Rows of the files of those who leave."""
    left = (
        select(Whose.kept_id)
        .join(Party, Party.customer_id == Whose.id)
        .where(Party.leaving_id == Leaving.id, Party.side == Side.leaves)
    )
    return exists().where(File.id == customer_id, File.kept_id.in_(left.correlate(Leaving)))


def _sum(column: Any, *conditions: ColumnElement[bool]) -> Any:
    found = select(func.coalesce(func.sum(column), 0)).where(*conditions).correlate(Leaving)
    return type_coerce(found.scalar_subquery(), Fen)


# Of the unit, or of none: another unit's has nothing to do with it.
OWED = _sum(
    Bill.open, Bill.open > 0, or_(Bill.unit_id == Leaving.unit_id, Bill.unit_id.is_(None)), _theirs(Bill.customer_id)
)
HELD = _sum(
    Deposit.balance,
    Deposit.balance > 0,
    or_(Deposit.unit_id == Leaving.unit_id, Deposit.unit_id.is_(None)),
    _theirs(Deposit.customer_id),
)
WAITS = and_(Leaving.state == LeavingState.closed, or_(OWED > 0, HELD > 0))


def leavings(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with its unit and names, and what those who left owe and have in deposits; in the chosen estates."""
    return (
        select(
            Leaving.id,
            Leaving.number,
            Leaving.kind,
            Leaving.state,
            Leaving.day,
            Leaving.started_by,
            Leaving.started_at,
            Leaving.signed_at,
            Leaving.closed_at,
            Leaving.readings_note,
            Leaving.keys_note,
            Leaving.open_note,
            Leaving.unit_id,
            Leaving.estate_id,
            Unit.label.label("unit"),
            Estate.name.label("estate"),
            names(Side.leaves).label("leavers"),
            names(Side.buys).label("buyers"),
            OWED.label("owed"),
            HELD.label("held"),
        )
        .join(Unit, Unit.id == Leaving.unit_id)
        .join(Estate, Estate.id == Leaving.estate_id)
        .where(in_chosen_estate(Leaving.estate_id) if scope is None else scope)
    )


def every_leaving() -> Select[int]:
    """What `leavings` has, to count."""
    return select(Leaving.id).where(in_chosen_estate(Leaving.estate_id))


def takes_part(customer_id: Any) -> ColumnElement[bool]:
    """Whether the customer, or a file merged into theirs, leaves or takes over."""
    there = LeavingParty.leaving_id == Leaving.id, LeavingParty.side != Side.stays
    return exists().where(*there, in_same_file(LeavingParty.customer_id, customer_id))


def bills_beyond(leaving: Leaving) -> Sequence[Bill]:
    """Of those who leave, of this unit, that charge days from the day on; with their items, the oldest first."""
    files = files_of([party.customer_id for party in leaving.of(Side.leaves)])
    found = select(Bill).where(
        Bill.unit_id == leaving.unit_id, Bill.customer_id.in_(files), Bill.ends > leaving.day, CHARGED_ONCE
    )
    loaded = found.options(joinedload(Bill.item)).order_by(Bill.begins, Bill.item_id, Bill.id)
    return session().scalars(loaded.execution_options(populate_existing=True)).all()


def meters_of(leaving: Leaving) -> Sequence[tuple[Meter, MeterReading | None]]:
    """What hangs in the unit on the day, with its newest reading."""
    hangs = select(Meter).where(Meter.unit_id == leaving.unit_id, in_place(leaving.day))
    return [(meter, last_reading(meter.id)) for meter in session().scalars(hangs.order_by(Meter.kind, Meter.id))]


def counts() -> tuple[int, int]:
    """How many are under way, and over with money open."""
    columns = func.sum(case((OPEN, 1), else_=0)), func.sum(case((WAITS, 1), else_=0))
    row = session().execute(select(*columns).where(in_chosen_estate(Leaving.estate_id))).one()
    return row[0] or 0, row[1] or 0


def find_called(number: str) -> int | None:
    """The leaving with that number in the person's estates."""
    mine = Leaving.number == number.strip().upper(), within(Leaving.estate_id)
    return session().scalar(select(Leaving.id).where(*mine))
