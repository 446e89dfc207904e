"""The unit's meters at the move-in: what they showed last, what was read for it, what is odd about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from crm.billing.meters.consumption import ANOMALY_TITLES, Anomaly
from crm.billing.meters.models import Meter, MeterReading
from crm.billing.meters.queries import in_place, newest_counted
from crm.dates import business_day
from crm.db import session
from crm.moves.moving_in.facts import first_day
from crm.moves.moving_in.models import MoveIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest reading of a meter; `is_read`: on or after the first day of the move-in. `odd`: what is, in words."""

    meter: Meter
    value: Decimal | None
    read_on: date | None
    is_read: bool
    odd: Any = ""


def meters_of(move_in: MoveIn) -> list[Reading]:
    """Of those that hang there today."""
    here = select(Meter).where(Meter.unit_id == move_in.unit_id, in_place(business_day()))
    meters = session().scalars(here.order_by(Meter.kind, Meter.id)).all()
    ids = [meter.id for meter in meters]
    newest, counted = _newest(ids), newest_counted(ids) if ids else {}
    return [_reading(meter, newest.get(meter.id), counted.get(meter.id), first_day(move_in)) for meter in meters]


def _reading(meter: Meter, last: MeterReading | None, row: Any, since: date) -> Reading:
    odd = ANOMALY_TITLES[Anomaly(row.anomaly)] if row is not None and row.open else ""
    return Reading(
        meter=meter,
        value=last.value if last else None,
        read_on=last.read_on if last else None,
        is_read=last is not None and last.read_on >= since,
        odd=odd,
    )


def _newest(meter_ids: Sequence[int]) -> dict[int, MeterReading]:
    """Meter -> its newest reading that nothing corrects."""
    corrected = select(MeterReading.corrects_id).where(MeterReading.corrects_id.is_not(None))
    rows = select(MeterReading).where(MeterReading.meter_id.in_(meter_ids), MeterReading.id.not_in(corrected))
    return {row.meter_id: row for row in session().scalars(rows.order_by(MeterReading.read_on, MeterReading.id))}
