"""The ledger of readings as it counts, in one statement: what was used between two, what is odd, what holds up what.

`consumption` says the same of one reading. Quantities are thousandths, as the database keeps them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from crm.billing.charges.limits import LARGEST_COUNT
from crm.billing.ledger.invariants import whole
from crm.billing.meters.consumption import WRONG, Anomaly
from crm.billing.meters.figures import TIMES_USUAL, USUAL_READINGS
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.dates import business_day
from crm.sql import days_between

THOUSAND = 1000
HARMLESS = (Anomaly.zero,)  # what is read later is right all the same


def counted(*which: ColumnElement[bool]) -> CTE:
    """Each reading that counts, of the meters for which `which` holds.

    reading_id, meter_id, estate_id, unit_id, kind, begins (the day of the one before), ends (its own), before, value,
    quantity (None of a base reading), usual_quantity, usual_days, anomaly, open (not confirmed), held (an earlier one
    is open).
    """
    pairs = _pairs(_standing(*which).cte()).cte()
    measured = _measured(pairs).cte()
    judged = _judged(measured).cte()
    earlier: dict[str, Any] = {"partition_by": judged.c.meter_id, "order_by": judged.c.ends, "rows": (None, -1)}
    holds = case((and_(judged.c.open, judged.c.anomaly.not_in(HARMLESS)), 1), else_=0)
    held = func.coalesce(func.max(holds).over(**earlier), 0) == 1
    return select(judged, held.label("held")).cte()


def _standing(*which: ColumnElement[bool]) -> Any:
    """Neither corrected nor overtaken by a later one of the same day; `again`: it overtook one itself."""
    newer, older = aliased(MeterReading), aliased(MeterReading)
    overtaken = _of_same_day(newer).where(newer.id > MeterReading.id).exists()
    again = _of_same_day(older).where(older.id < MeterReading.id).exists()
    return (
        select(
            MeterReading.id.label("reading_id"),
            MeterReading.meter_id,
            MeterReading.kind.label("reading_kind"),
            MeterReading.read_on,
            whole(MeterReading.value).label("value"),
            MeterReading.rolled,
            MeterReading.multiplier,
            MeterReading.confirmed_as,
            Meter.estate_id,
            Meter.building_id,
            Meter.unit_id,
            Meter.kind,
            Meter.number,
            Meter.digits,
            Meter.reversed,
            again.label("again"),
        )
        .join(Meter, Meter.id == MeterReading.meter_id)
        .where(~_is_corrected(MeterReading), ~overtaken, *which)
    )


def _of_same_day(other: Any) -> Any:
    same = and_(other.meter_id == MeterReading.meter_id, other.read_on == MeterReading.read_on)
    return select(other.id).where(same, ~_is_corrected(other))


def _is_corrected(reading: Any) -> ColumnElement[bool]:
    by = aliased(MeterReading)
    return select(by.id).where(by.corrects_id == reading.id).exists()


def _pairs(standing: Any) -> Any:
    """Each with the one before it."""
    meter: dict[str, Any] = {"partition_by": standing.c.meter_id, "order_by": standing.c.read_on}
    return select(
        standing,
        func.lag(standing.c.value, type_=BigInteger).over(**meter).label("before"),
        func.lag(standing.c.read_on, type_=Date).over(**meter).label("begins"),
        func.lag(standing.c.multiplier, type_=Integer).over(**meter).label("multiplied"),
    )


def _measured(pairs: CTE) -> Any:
    turn = case({digits: 10**digits * THOUSAND for digits in range(3, 9)}, value=pairs.c.digits)
    shown = case((pairs.c.reversed, pairs.c.before - pairs.c.value), else_=pairs.c.value - pairs.c.before)
    rolled = case((pairs.c.rolled, cast(turn, BigInteger)), else_=0)
    used = (shown + rolled) * pairs.c.multiplier
    begun = and_(pairs.c.begins.is_not(None), pairs.c.reading_kind != ReadingKind.base)
    return select(
        pairs,
        pairs.c.read_on.label("ends"),
        case((begun, used)).label("quantity"),
        case((begun, days_between(pairs.c.begins, pairs.c.read_on))).label("days"),
    )


def _judged(measured: CTE) -> Any:
    readings = USUAL_READINGS.on(business_day())
    last: dict[str, Any] = {"partition_by": measured.c.meter_id, "order_by": measured.c.ends, "rows": (-readings, -1)}
    usual = select(
        measured,
        func.coalesce(func.sum(measured.c.quantity).over(**last), 0).label("usual_quantity"),
        func.coalesce(func.sum(measured.c.days).over(**last), 0).label("usual_days"),
    ).cte()
    anomaly = _anomaly(usual).label("anomaly")
    named = select(usual, anomaly).cte()
    confirmed = and_(
        named.c.confirmed_as.is_not(None), named.c.confirmed_as == named.c.anomaly, named.c.anomaly.not_in(WRONG)
    )
    is_open = and_(named.c.anomaly.is_not(None), or_(named.c.confirmed_as.is_(None), ~confirmed))
    return select(named, is_open.label("open"))


def _anomaly(usual: CTE) -> Any:
    """The code of the first that applies, as `consumption.anomaly`."""
    quantity, plain = usual.c.quantity, ~or_(usual.c.reversed, usual.c.rolled)
    times = TIMES_USUAL.on(business_day())
    much = quantity * usual.c.usual_days >= usual.c.usual_quantity * usual.c.days * times
    rules = (
        (quantity.is_(None), None),
        (and_(quantity < 0, plain), Anomaly.below),
        (quantity < 0, Anomaly.negative),
        (quantity > int(LARGEST_COUNT) * THOUSAND, Anomaly.beyond),
        (usual.c.again, Anomaly.twice),
        (usual.c.multiplier != usual.c.multiplied, Anomaly.multiplier),
        (quantity == 0, Anomaly.zero),
        (and_(usual.c.usual_quantity > 0, much), Anomaly.high),
    )
    return case(*((condition, literal(name and name.value, String)) for condition, name in rules))


def formula(row: Any) -> Any:
    """(150 − 120) × 40 as text: what the bill keeps of how its quantity was read."""
    turn = case({digits: f" + {10**digits}" for digits in range(3, 9)}, value=row.digits)
    first, second = _text(row.value), _text(row.before)
    parts = case((row.reversed, second + " − " + first), else_=first + " − " + second)
    times = case((row.multiplier != 1, literal(" × ") + cast(row.multiplier, String)), else_="")
    return literal("(") + parts + case((row.rolled, cast(turn, String)), else_="") + ")" + times


def _text(thousandths: Any) -> Any:
    """120500 -> 120.5, in words both engines have."""
    whole_part = cast(thousandths // THOUSAND, String)
    decimals = func.substr(cast(THOUSAND + thousandths % THOUSAND, String), 2, 3)
    return func.rtrim(func.rtrim(whole_part + "." + decimals, "0"), ".", type_=String)
