"""What stands of move-ins, read for many at once in a fixed number of statements; `completeness` judges it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit
from crm.billing.meters.models import Meter, MeterReading
from crm.billing.meters.queries import in_place
from crm.dates import business_day, business_day_of
from crm.db import session
from crm.moves.keys.models import KeySlip
from crm.moves.moving_in.completeness import AskedDeposit, Facts, Kept, Mark
from crm.moves.moving_in.models import MoveIn, MoveInDefect, MoveInDocument, MoveInMark, Part
from crm.moves.moving_in.queries import KIND, asked_deposits
from crm.tenants.models import Customer, CustomerKind, EmergencyContact, Occupancy, Phone
from crm.tenants.queries import files_of, lasts_on

NOUGHT = Decimal(0)


def facts_of(move_in: MoveIn) -> Facts:
    return facts_of_all([move_in])[move_in.id]


def facts_of_all(found: Sequence[MoveIn]) -> dict[int, Facts]:
    """Of move-ins loaded with unit and customer."""
    known = _Known(found, business_day())
    return {each.id: known.of(each) for each in found}


def first_day(move_in: MoveIn) -> date:
    """From which on a reading counts for the move-in."""
    return min(move_in.starts_on, business_day_of(move_in.started_at))


class _Known:
    """Everything about some move-ins, by their ids, units and files."""

    def __init__(self, found: Sequence[MoveIn], day: date) -> None:
        self.ids, self.units = [each.id for each in found], {each.unit_id for each in found}
        kept = {each.customer.kept_id for each in found}
        self.files = files_of(list(kept))
        self.customers = _by_id(Customer, kept)
        self.living = _lasting([each.occupancy_id for each in found if each.occupancy_id], day)
        self.documents, self.marks = _documents(self.ids), _marks(self.ids)
        self.slips, self.unsigned = _slips(self.ids)
        self.meters = _meters(self.units, day)
        self.defects = _counted(MoveInDefect.move_in_id, self.ids)
        self.asked, self.held = asked_deposits(self.ids), self._held()
        self.contacts = self._of_files(EmergencyContact, day)
        self.phones = self._of_files(Phone, day, Phone.verified_on.is_not(None))

    def _of_files(self, table: Any, day: date, *conditions: Any) -> Counter[int]:
        """Customer -> how many rows of today."""
        held = select(table.customer_id).where(table.customer_id.in_(self.files), lasts_on(table, day), *conditions)
        return Counter(self.files[customer_id] for customer_id in session().scalars(held))

    def _held(self) -> dict[tuple[int, int | None, str], Decimal]:
        """(customer, unit, kind) -> yuan held."""
        columns = Deposit.customer_id, Deposit.unit_id, Deposit.kind, Deposit.balance
        rows = session().execute(select(*columns).where(Deposit.customer_id.in_(self.files), Deposit.balance > NOUGHT))
        sums: dict[tuple[int, int | None, str], Decimal] = defaultdict(Decimal)
        for customer_id, unit_id, kind, balance in rows:
            sums[self.files[customer_id], unit_id, kind] += balance
        return sums

    def of(self, move_in: MoveIn) -> Facts:
        customer, meters = self.customers[move_in.customer.kept_id], self.meters[move_in.unit_id]
        return Facts(
            kind=customer.kind,
            role=move_in.role,
            lives_there=move_in.occupancy_id in self.living,
            known_numbers=_knows_numbers(customer),
            lease_until=move_in.lease_until,
            licence_until=move_in.licence_until,
            documents=self.documents[move_in.id],
            slips=self.slips[move_in.id],
            unsigned_slips=self.unsigned[move_in.id],
            meters=[number for number, _read_on in meters],
            unread=[number for number, read_on in meters if read_on is None or read_on < first_day(move_in)],
            defects=self.defects[move_in.id],
            deposits=self._deposits(move_in),
            contacts=self.contacts[customer.id],
            verified_phones=self.phones[customer.id],
            marks=self.marks[move_in.id],
        )

    def _deposits(self, move_in: MoveIn) -> list[AskedDeposit]:
        whose = move_in.customer.kept_id, move_in.unit_id
        return [
            AskedDeposit(
                kind=kind, title=KINDS.title_of(kind), asked=row.amount, held=self.held.get((*whose, kind), NOUGHT)
            )
            for kind, row in self.asked.get(move_in.id, {}).items()
        ]


def _knows_numbers(customer: Customer) -> bool:
    if customer.kind is CustomerKind.company:
        return bool(customer.credit_code and customer.legal_representative)
    return customer.id_number is not None


def _by_id(model: Any, ids: Collection[int]) -> dict[int, Any]:
    return {each.id: each for each in session().scalars(select(model).where(model.id.in_(ids)))}


def _lasting(occupancy_ids: Sequence[int], day: date) -> set[int | None]:
    """Those that have not ended."""
    ends = func.coalesce(Occupancy.ends, date.max) > day
    return set(session().scalars(select(Occupancy.id).where(Occupancy.id.in_(occupancy_ids), ends)))


def _documents(ids: Sequence[int]) -> dict[int, dict[str, Kept]]:
    kept: dict[int, dict[str, Kept]] = defaultdict(dict)
    rows = select(MoveInDocument).where(MoveInDocument.move_in_id.in_(ids)).order_by(MoveInDocument.id)
    for row in session().scalars(rows):
        kept[row.move_in_id][row.code] = Kept(signed=row.signing is not None, reason=row.reason)
    return kept


def _marks(ids: Sequence[int]) -> dict[int, dict[Part, Mark]]:
    said: dict[int, dict[Part, Mark]] = defaultdict(dict)
    rows = select(MoveInMark).where(MoveInMark.move_in_id.in_(ids)).order_by(MoveInMark.id)
    for row in session().scalars(rows):
        said[row.move_in_id][row.part] = Mark(standing=row.standing, words=row.words)
    return said


def _slips(ids: Sequence[int]) -> tuple[Counter[int], Counter[int]]:
    """Move-in -> its slips for keys, and those nobody signed."""
    about = select(KeySlip.about_id, KeySlip.upload_id).where(KeySlip.about_kind == KIND, KeySlip.about_id.in_(ids))
    rows = [(about_id or 0, upload_id) for about_id, upload_id in session().execute(about)]
    unsigned = Counter(about_id for about_id, upload_id in rows if upload_id is None)
    return Counter(about_id for about_id, _upload in rows), unsigned


def _meters(unit_ids: Collection[int], day: date) -> dict[int, list[tuple[str, date | None]]]:
    """Unit -> (number, day of the newest reading) of the meters that hang there."""
    read_on = select(func.max(MeterReading.read_on)).where(MeterReading.meter_id == Meter.id).scalar_subquery()
    here = select(Meter.unit_id, Meter.number, read_on).where(Meter.unit_id.in_(unit_ids), in_place(day))
    found: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for unit_id, number, newest in session().execute(here.order_by(Meter.kind, Meter.id)):
        found[unit_id or 0].append((number, newest))
    return found


def _counted(column: Any, ids: Sequence[int]) -> Counter[int]:
    return Counter(session().scalars(select(column).where(column.in_(ids))).all())
