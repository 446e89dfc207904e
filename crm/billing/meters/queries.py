"""Meters and readings, read inside the acting person's estates; what a month's run asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import CTE, ColumnElement, Select, String, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.arithmetic import Days
from crm.billing.charges.models import MeterKind
from crm.billing.ledger.models import Bill
from crm.billing.meters.consumption import Read, Usual
from crm.billing.meters.figures import USUAL_READINGS
from crm.billing.meters.models import Meter, MeterReading, ReadingKind, ReadingSheet
from crm.billing.meters.sequence import counted, formula
from crm.dates import business_day
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate

UNREAD, HELD = "unread", "held"  # further reasons why a meter is not billed, beside the anomalies
PLACE = func.coalesce(Unit.label, Meter.place)


def get_meter(meter_id: int) -> Meter:
    """With estate, building and unit; 404 outside the person's estates, as every `get_` here does."""
    found = select(Meter).where(Meter.id == meter_id, within(Meter.estate_id))
    parts = (Meter.estate, Meter.building, Meter.unit)
    return session().scalars(found.options(*map(joinedload, parts))).one_or_none() or abort(404)


def get_reading(reading_id: int) -> MeterReading:
    found = select(MeterReading).join(Meter, Meter.id == MeterReading.meter_id)
    seen = found.where(MeterReading.id == reading_id, within(Meter.estate_id)).options(joinedload(MeterReading.meter))
    return session().scalars(seen).one_or_none() or abort(404)


def get_sheet(sheet_id: int) -> ReadingSheet:
    found = select(ReadingSheet).where(ReadingSheet.id == sheet_id, within(ReadingSheet.estate_id))
    whole = found.options(joinedload(ReadingSheet.estate), joinedload(ReadingSheet.upload))
    return session().scalars(whole).one_or_none() or abort(404)


def get_upload(upload_id: int) -> Upload:
    found = select(Upload).where(Upload.id == upload_id).options(joinedload(Upload.stored))
    return session().scalars(found).one()


def find_meter(estate_id: int, kind: MeterKind, number: str) -> Meter | None:
    found = select(Meter).where(Meter.estate_id == estate_id, Meter.kind == kind, Meter.number == number)
    return session().scalars(found.options(joinedload(Meter.unit))).one_or_none()


def lock(meter: Meter) -> None:
    """Nobody else enters or bills a reading of the meter until the unit of work ends."""
    session().flush()
    session().execute(select(Meter.id).where(Meter.id == meter.id).with_for_update())
    session().refresh(meter, ["removed_on", "multiplier", "version"])


# One meter


def readings(meter_id: int) -> Sequence[MeterReading]:
    """All that were ever entered, the newest day first."""
    found = select(MeterReading).where(MeterReading.meter_id == meter_id)
    return session().scalars(found.order_by(MeterReading.read_on.desc(), MeterReading.id.desc())).all()


def counting(meter_id: int) -> dict[int, Any]:
    """Reading -> its row of `counted`, of those that count."""
    rows = counted(Meter.id == meter_id)
    return {row.reading_id: row for row in session().execute(select(rows))}


def last_reading(meter_id: int) -> MeterReading | None:
    """The newest that counts."""
    newer = aliased(MeterReading)
    corrected = select(newer.id).where(newer.corrects_id == MeterReading.id).exists()
    found = select(MeterReading).where(MeterReading.meter_id == meter_id, ~corrected)
    return session().scalars(found.order_by(MeterReading.read_on.desc(), MeterReading.id.desc()).limit(1)).first()


def is_corrected(reading_id: int) -> bool:
    return session().scalar(select(MeterReading.id).where(MeterReading.corrects_id == reading_id)) is not None


def billed_until(meter: Meter) -> date | None:
    """The day of the last reading that a bill stands on: it and those before it stay as they are."""
    return session().scalar(select(func.max(Bill.ends)).where(*_bills_of(meter)))


def billed_readings(meter: Meter) -> set[int]:
    found = select(Bill.reading_id).where(*_bills_of(meter), Bill.reading_id.is_not(None))
    return {key for key in session().scalars(found) if key is not None}


def _bills_of(meter: Meter) -> tuple[ColumnElement[bool], ...]:
    return Bill.unit_id == meter.unit_id, Bill.meter == meter.id, ~Bill.voided


# Many meters


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest reading of a meter that counts, and what is usual for it."""

    reading_id: int
    read: Read
    usual: Usual


def latest(*which: ColumnElement[bool]) -> dict[int, Latest]:
    """Meter -> its newest reading, of meters for which `which` holds."""
    rows = counted(*which)
    meter: dict[str, Any] = {"partition_by": rows.c.meter_id}
    span: dict[str, Any] = {"order_by": rows.c.ends, "rows": (1 - USUAL_READINGS.on(business_day()), 0)}
    ranked = select(
        rows,
        func.coalesce(func.sum(rows.c.quantity).over(**meter, **span), 0).label("sum_quantity"),
        func.coalesce(func.sum(rows.c.days).over(**meter, **span), 0).label("sum_days"),
        func.row_number().over(order_by=rows.c.ends.desc(), **meter).label("newest"),
    ).subquery("latest")
    found = session().execute(select(ranked).where(ranked.c.newest == 1))
    return {row.meter_id: _latest(row) for row in found}


def _latest(row: Any) -> Latest:
    return Latest(
        reading_id=row.reading_id,
        read=Read(value=Decimal(row.value).scaleb(-3), read_on=row.ends, multiplier=row.multiplier),
        usual=Usual(quantity=Decimal(row.sum_quantity).scaleb(-3), days=int(row.sum_days)),
    )


def newest_counted(meter_ids: Sequence[int]) -> dict[int, Any]:
    """Meter -> its last row of `counted`."""
    rows = counted(Meter.id.in_(meter_ids))
    return {row.meter_id: row for row in session().execute(select(rows).order_by(rows.c.ends))}


def billed_days(*which: ColumnElement[bool]) -> dict[int, date]:
    """Meter -> the day up to which it is billed."""
    found = select(Meter.id, func.max(Bill.ends)).join(
        Bill, and_(Bill.unit_id == Meter.unit_id, Bill.meter == Meter.id)
    )
    return {row[0]: row[1] for row in session().execute(found.where(~Bill.voided, *which).group_by(Meter.id))}


def meters() -> Select[*tuple[Any, ...]]:
    """Every meter with its newest reading, for lists."""
    return (
        select(
            Meter.id,
            Meter.number,
            Meter.kind,
            Meter.multiplier,
            Meter.unit_id,
            Meter.installed_on,
            Meter.removed_on,
            PLACE.label("place"),
            Building.number.label("building"),
            Estate.name.label("estate"),
            _newest(MeterReading.value).label("value"),
            _newest(MeterReading.read_on).label("read_on"),
        )
        .join(Estate, Estate.id == Meter.estate_id)
        .outerjoin(Unit, Unit.id == Meter.unit_id)
        .outerjoin(Building, Building.id == Meter.building_id)
        .where(in_chosen_estate(Meter.estate_id))
    )


def _newest(column: Any) -> Any:
    """Of the meter's newest reading that counts."""
    newer = aliased(MeterReading)
    corrected = select(newer.id).where(newer.corrects_id == MeterReading.id).exists()
    said = select(column).where(MeterReading.meter_id == Meter.id, ~corrected)
    return said.order_by(MeterReading.read_on.desc(), MeterReading.id.desc()).limit(1).scalar_subquery()


def in_place(day: date) -> ColumnElement[bool]:
    """Meters that hang there on that day."""
    return and_(Meter.installed_on <= day, or_(Meter.removed_on.is_(None), Meter.removed_on >= day))


def of_round(estate_id: int, building_id: int | None, kind: MeterKind, day: date) -> Sequence[Any]:
    """The meters somebody walks past, in the order of the units: the building's, or those of no building."""
    where = Meter.building_id == building_id if building_id else Meter.building_id.is_(None)
    found = (
        select(Meter, PLACE.label("place"))
        .select_from(Meter)
        .outerjoin(Unit, Unit.id == Meter.unit_id)
        .where(Meter.estate_id == estate_id, where, Meter.kind == kind, in_place(day))
    )
    return session().execute(found.order_by(Unit.sort_key, Meter.place, Meter.id)).all()


def rounds(month: Days) -> Sequence[Any]:
    """Building by building and kind by kind, how many meters hang there and how many were read in the month."""
    was_read = _was_read(month)
    found = (
        select(
            Meter.estate_id,
            Estate.name.label("estate"),
            Meter.building_id,
            Building.number.label("building"),
            Meter.kind,
            func.count().label("meters"),
            func.sum(case((was_read, 1), else_=0)).label("read"),
        )
        .select_from(Meter)
        .join(Estate, Estate.id == Meter.estate_id)
        .outerjoin(Building, Building.id == Meter.building_id)
        .where(in_chosen_estate(Meter.estate_id), _due(month))
        .group_by(Meter.estate_id, Estate.name, Meter.building_id, Building.number, Building.sort_key, Meter.kind)
    )
    return session().execute(found.order_by(Estate.name, Building.sort_key, Meter.kind)).all()


def _was_read(month: Days) -> ColumnElement[bool]:
    newer = aliased(MeterReading)
    corrected = select(newer.id).where(newer.corrects_id == MeterReading.id).exists()
    return exists().where(
        MeterReading.meter_id == Meter.id,
        MeterReading.read_on >= month.begins,
        MeterReading.read_on < month.ends,
        MeterReading.kind != ReadingKind.base,
        ~corrected,
    )


def _due(month: Days) -> ColumnElement[bool]:
    """Hung there before the month began and still does, or was taken away within it."""
    return and_(Meter.installed_on < month.begins, or_(Meter.removed_on.is_(None), Meter.removed_on >= month.begins))


def unread(month: Days) -> Select[*tuple[Any, ...]]:
    return meters().where(_due(month), ~_was_read(month))


def quantity_of(thousandths: int) -> Decimal:
    return Decimal(thousandths).scaleb(-3)


def seen() -> CTE:
    """The ledger of the meters of the person's estates."""
    return counted(in_chosen_estate(Meter.estate_id))


def anomalies(rows: CTE) -> Select[*tuple[Any, ...]]:
    """Of `seen` the readings that nobody has found right yet; `id` is the reading."""
    return (
        select(
            rows.c.reading_id.label("id"),
            rows.c.meter_id,
            rows.c.number,
            rows.c.kind,
            rows.c.begins,
            rows.c.ends,
            rows.c.before,
            rows.c.value,
            rows.c.quantity,
            rows.c.usual_quantity,
            rows.c.usual_days,
            rows.c.days,
            rows.c.anomaly,
            func.coalesce(Unit.label, Meter.place).label("place"),
            Building.number.label("building"),
            Estate.name.label("estate"),
        )
        .select_from(rows)
        .join(Meter, Meter.id == rows.c.meter_id)
        .join(Estate, Estate.id == rows.c.estate_id)
        .outerjoin(Unit, Unit.id == rows.c.unit_id)
        .outerjoin(Building, Building.id == rows.c.building_id)
        .where(rows.c.open)
    )


# For a month's run


def consumed(estate_id: int, month: Days, kind: MeterKind) -> Select[*tuple[Any, ...]]:
    """What can be billed: unit_id, meter_id, reading_id, begins, ends, quantity (thousandths), note (how it was read).

    Of readings of units within the month, whenever the one before was read; nothing that is odd and not confirmed, or
    that comes after such a reading.
    """
    rows = _of_month(estate_id, month, kind)
    return select(
        rows.c.unit_id,
        rows.c.meter_id,
        rows.c.reading_id,
        rows.c.begins,
        rows.c.ends,
        rows.c.quantity,
        (rows.c.number + " " + formula(rows.c)).label("note"),
    ).where(~rows.c.open, ~rows.c.held)


def _of_month(estate_id: int, month: Days, kind: MeterKind) -> Any:
    which = (Meter.estate_id == estate_id, Meter.kind == kind, Meter.unit_id.is_not(None))
    rows = counted(*which, MeterReading.read_on < month.ends)
    read = and_(rows.c.quantity.is_not(None), rows.c.ends >= month.begins, rows.c.ends < month.ends)
    return select(rows).where(read).subquery("of_month")


def consumption_by_unit(estate_id: int, month: Days, kind: MeterKind) -> Select[*tuple[Any, ...]]:
    """unit_id, quantity (thousandths): by what a cost is shared."""
    used = consumed(estate_id, month, kind).subquery("used")
    return select(used.c.unit_id, func.sum(used.c.quantity).label("quantity")).group_by(used.c.unit_id)


def metered_units(estate_id: int, kind: MeterKind) -> Select[int | None]:
    """Units that have or had a meter of the kind."""
    return select(Meter.unit_id).where(Meter.estate_id == estate_id, Meter.kind == kind, Meter.unit_id.is_not(None))


def skipped(estate_id: int, month: Days, kind: MeterKind) -> Select[*tuple[Any, ...]]:
    """Meters of units that the month's run leaves out: unit_id, unit, meter_id, number, reading_id, reason.

    `reason` is an `Anomaly`, UNREAD, or HELD: an earlier reading is to be looked at first.
    """
    rows = _of_month(estate_id, month, kind)
    reason = case((rows.c.open, rows.c.anomaly), else_=literal(HELD, String))
    odd = select(rows.c.unit_id, rows.c.meter_id, rows.c.number, rows.c.reading_id, reason.label("reason")).where(
        or_(rows.c.open, rows.c.held)
    )
    missing = select(
        Meter.unit_id, Meter.id.label("meter_id"), Meter.number, literal(None), literal(UNREAD, String)
    ).where(
        Meter.estate_id == estate_id, Meter.kind == kind, Meter.unit_id.is_not(None), _due(month), ~_was_read(month)
    )
    both = union_all(odd, missing).subquery("skipped")
    return select(
        both.c.unit_id, Unit.label.label("unit"), both.c.meter_id, both.c.number, both.c.reading_id, both.c.reason
    ).join(Unit, Unit.id == both.c.unit_id)
