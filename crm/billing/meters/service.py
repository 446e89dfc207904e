"""The verbs of meters: install, read, swap, remove, correct a reading, find an odd one right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.charges.models import MeterKind
from crm.billing.meters import queries, rules
from crm.billing.meters.consumption import ANOMALY_TITLES, WRONG, Anomaly, Read
from crm.billing.meters.events import (
    AnomalyConfirmed,
    MeterChanged,
    MeterInstalled,
    MeterRead,
    MeterRemoved,
    ReadingCorrected,
)
from crm.billing.meters.models import Meter, MeterReading, ReadingKind
from crm.billing.meters.rules import Ledger
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files.models import Upload
from crm.properties.models import Unit

FIXED = ("digits", "reversed")  # what was used was reckoned by them


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit, or a public place by its name, in a building or in none."""

    estate_id: int
    unit: Unit | None = None
    building_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A meter as it is hung up: `base` is what it shows."""

    number: str
    installed_on: date
    base: Decimal
    multiplier: int = 1
    digits: int = 5
    reversed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What somebody read."""

    value: Decimal
    read_on: date
    rolled: bool = False
    kind: ReadingKind = ReadingKind.regular
    note: str = ""
    upload: Upload | None = None

    def of(self, meter: Meter) -> Read:
        return Read(value=self.value, read_on=self.read_on, multiplier=meter.multiplier, rolled=self.rolled)


def install(place: Place, kind: MeterKind, device: Device, former: Meter | None = None) -> Meter:
    """With its base reading. Raises `DomainError` for a number that hangs somewhere, or a day to come."""
    _refuse_taken(place.estate_id, kind, device.number)
    meter = Meter(
        estate_id=place.estate_id,
        building_id=place.unit.building_id if place.unit else place.building_id,
        unit_id=place.unit.id if place.unit else None,
        place="" if place.unit else place.name,
        kind=kind,
        number=device.number,
        multiplier=device.multiplier,
        digits=device.digits,
        reversed=device.reversed,
        installed_on=device.installed_on,
        replaces_id=former.id if former else None,
        note=device.note,
    )
    if device.installed_on > business_day():
        raise DomainError(_("The day must not be later than today."))
    if fault := rules.value_fault(meter, device.base):
        raise DomainError(fault)
    session().add(meter)
    session().flush()
    _add(meter, Taken(value=device.base, read_on=device.installed_on, kind=ReadingKind.base))
    record(
        MeterInstalled(
            meter_id=meter.id,
            unit_id=meter.unit_id,
            former_meter_id=meter.replaces_id,
            kind=kind,
            number=meter.number,
            installed_on=meter.installed_on,
            value=device.base,
        )
    )
    return meter


def _refuse_taken(estate_id: int, kind: MeterKind, number: str) -> None:
    if other := queries.find_meter(estate_id, kind, number):
        where = other.unit.label if other.unit else other.place
        raise DomainError(_("Meter %(number)s hangs in %(place)s already.", number=number, place=where))


def change(meter: Meter, facts: Mapping[str, Any]) -> None:
    """Another multiplier counts from the next reading on, which is looked at before it is billed."""
    changes = {name: [getattr(meter, name), new] for name, new in facts.items() if getattr(meter, name) != new}
    if changes.keys() & set(FIXED) and _has_readings(meter):
        raise DomainError(_("It was read already: how it counts stays. Swap the meter, or correct the readings."))
    if "number" in changes:
        _refuse_taken(meter.estate_id, meter.kind, facts["number"])
    for name, (_old, new) in changes.items():
        setattr(meter, name, new)
    if changes:
        session().flush()
        record(MeterChanged(meter_id=meter.id, changes=changes))


def _has_readings(meter: Meter) -> bool:
    return any(reading.kind is not ReadingKind.base for reading in queries.readings(meter.id))


def ledger_of(meter: Meter) -> Ledger:
    last = queries.last_reading(meter.id)
    read = None
    if last:
        read = Read(value=last.value, read_on=last.read_on, multiplier=last.multiplier, rolled=last.rolled)
    return Ledger(last=read, billed_until=queries.billed_until(meter))


def read(meter: Meter, taken: Taken) -> MeterReading | None:
    """None when the same figure of the same day stands already: sent twice. Raises `DomainError` as `rules` say."""
    queries.lock(meter)
    ledger = ledger_of(meter)
    if rules.stands_already(taken.of(meter), taken.kind, ledger):
        return None
    if fault := rules.reading_fault(meter, taken.of(meter), ledger, business_day()):
        raise DomainError(fault)
    return _noted(_add(meter, taken))


def _add(meter: Meter, taken: Taken, corrects_id: int | None = None) -> MeterReading:
    reading = MeterReading(
        meter_id=meter.id,
        kind=taken.kind,
        read_on=taken.read_on,
        value=taken.value,
        rolled=taken.rolled,
        multiplier=meter.multiplier,
        note=taken.note,
        upload_id=taken.upload.id if taken.upload else None,
        corrects_id=corrects_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )
    session().add(reading)
    session().flush()
    return reading


def _noted(reading: MeterReading) -> MeterReading:
    record(
        MeterRead(
            meter_id=reading.meter_id,
            meter_reading_id=reading.id,
            kind=reading.kind,
            read_on=reading.read_on,
            value=reading.value,
            rolled=reading.rolled,
        )
    )
    return reading


def remove(meter: Meter, last: Taken) -> None:
    """Take the meter away with its final reading."""
    queries.lock(meter)
    if meter.removed_on:
        raise DomainError(_("The meter was removed on %(day)s.", day=meter.removed_on.isoformat()))
    newest = queries.last_reading(meter.id)
    if newest and newest.read_on > last.read_on:
        raise DomainError(_("It was read on %(day)s, after that day.", day=newest.read_on.isoformat()))
    read(meter, last)
    meter.removed_on = last.read_on
    session().flush()
    record(MeterRemoved(meter_id=meter.id, unit_id=meter.unit_id, removed_on=last.read_on))


def swap(meter: Meter, last: Taken, device: Device) -> Meter:
    """The old one's final reading and the new one's base, in one act; both count in the month they were read in."""
    remove(meter, last)
    place = Place(
        estate_id=meter.estate_id, unit=session().get(Unit, meter.unit_id) if meter.unit_id else None,
        building_id=meter.building_id, name=meter.place,
    )  # fmt: skip
    return install(place, meter.kind, device, former=meter)


def correction_hindrance(reading: MeterReading, meter: Meter) -> str:
    """Why the reading cannot be corrected, or ""."""
    if queries.is_corrected(reading.id):
        return _("This reading was corrected already; correct the one that stands for it.")
    until = queries.billed_until(meter)
    if until and reading.read_on <= until:
        return _(
            "A bill stands on this reading. Have the bill made void first; then correct the reading, and let the run "
            "bill what was skipped."
        )
    return ""


def correct(reading: MeterReading, taken: Taken) -> MeterReading:
    """A row that stands for it; the old one stays readable. Raises `DomainError` once it is billed."""
    meter = reading.meter
    queries.lock(meter)
    if reason := correction_hindrance(reading, meter):
        raise DomainError(reason)
    if fault := rules.value_fault(meter, taken.value) or _moved_fault(reading, meter, taken):
        raise DomainError(fault)
    made = _add(meter, taken, corrects_id=reading.id)
    record(
        ReadingCorrected(
            meter_id=meter.id,
            meter_reading_id=made.id,
            corrected_id=reading.id,
            read_on=made.read_on,
            old=reading.value,
            new=made.value,
            reason=taken.note,
        )
    )
    return made


def _moved_fault(reading: MeterReading, meter: Meter, taken: Taken) -> str:
    """Base and final readings keep their day: the meter came or went on it."""
    if taken.read_on == reading.read_on:
        return ""
    if reading.kind in (ReadingKind.base, ReadingKind.final):
        return _("This reading keeps its day: the meter was installed or removed on it.")
    ledger = Ledger(last=None, billed_until=queries.billed_until(meter))
    return rules.day_fault(meter, taken.read_on, ledger, business_day())


def confirm(reading: MeterReading, found: Anomaly | None, remark: str) -> None:
    """Somebody has looked at the odd reading and found it right: `found` is what is odd about it."""
    if found is None or reading.confirmed_as is found:
        raise DomainError(_("Nothing is odd about this reading."))
    if found in WRONG:
        raise DomainError(
            _(
                "%(anomaly)s: it cannot be right. Correct it, or say that the meter began again at nought.",
                anomaly=ANOMALY_TITLES[found],
            )
        )
    if reading.confirmed_as is not None:
        raise DomainError(_("It was found right as something else. Enter it anew by a correction."))
    reading.confirmed_as, reading.remark = found, remark
    reading.confirmed_by, reading.confirmed_at = g.actor.name, utc_now()
    record(AnomalyConfirmed(meter_id=reading.meter_id, meter_reading_id=reading.id, anomaly=found, reason=remark))
