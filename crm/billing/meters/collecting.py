"""Many readings at once: the table of a building on the screen, and a sheet that came back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from crm.audit.log import record
from crm.billing.charges.models import MeterKind
from crm.billing.meters import queries, sheets
from crm.billing.meters.events import ReadingsTaken, RefusedReadingsDownloaded
from crm.billing.meters.figures import TIMES_USUAL
from crm.billing.meters.models import Meter, MeterReading, ReadingSheet, SheetState
from crm.billing.meters.sheets import Block, Draft, Known
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.files import store as files
from crm.properties.models import Estate, Unit
from crm.workbooks.container import kept_name
from crm.workbooks.file import File

PURPOSE = "reading_sheet"


def file_of(sheet: ReadingSheet) -> tuple[bytes, str]:
    return files.read(sheet.upload), sheet.upload.name


def known(*which: ColumnElement[bool]) -> dict[str, Known]:
    """Number -> what the ledger says of the meter, of those for which `which` holds."""
    found = select(Meter, queries.PLACE).select_from(Meter).outerjoin(Unit, Unit.id == Meter.unit_id).where(*which)
    latest, billed = queries.latest(*which), queries.billed_days(*which)
    return {
        meter.number: Known(meter=meter, place=place, latest=latest.get(meter.id), billed_until=billed.get(meter.id))
        for meter, place in session().execute(found)
    }


def blank_sheet(estate: Estate, building_id: int | None, kind: MeterKind, title: str) -> bytes:
    """The meters of a building, or of the whole estate, with what was read before."""
    which = [Meter.estate_id == estate.id, Meter.kind == kind, queries.in_place(business_day())]
    if building_id:
        which.append(Meter.building_id == building_id)
    found = (
        select(Meter, queries.PLACE)
        .select_from(Meter)
        .outerjoin(Unit, Unit.id == Meter.unit_id)
        .where(*which)
        .order_by(Unit.sort_key, Meter.place, Meter.id)
    )
    latest = queries.latest(*which)
    return sheets.written(title, ((meter, place, latest.get(meter.id)) for meter, place in session().execute(found)))


def upload(file: File, estate: Estate, kind: MeterKind, read_on: date) -> ReadingSheet:
    """Keep the file with what it would bring; no reading is stored."""
    blocks = sheets.blocks(file.sheets)
    kept = files.keep(file.content, kept_name(file.content, file.name), purpose=PURPOSE, estate_id=estate.id)
    sheet = ReadingSheet(
        estate_id=estate.id, kind=kind, read_on=read_on, upload_id=kept.id, state=SheetState.checked,
        result=_drafted(blocks, estate.id, kind, read_on).result(), sent_by=g.actor.name, sent_at=utc_now(),
    )  # fmt: skip
    session().add(sheet)
    session().flush()
    return sheet


def drafted(sheet: ReadingSheet, file: File) -> Draft:
    """What its rows would become now."""
    return _drafted(sheets.blocks(file.sheets), sheet.estate_id, sheet.kind, sheet.read_on)


def _drafted(blocks: Sequence[Block], estate_id: int, kind: MeterKind, read_on: date) -> Draft:
    today = business_day()
    meters = known(Meter.estate_id == estate_id, Meter.kind == kind)
    return sheets.drafted(blocks, meters, read_on, today, TIMES_USUAL.on(today))


def carry_out(sheet: ReadingSheet, file: File) -> Draft:
    """Store the good rows; those refused stay in the sheet's result. Once."""
    if sheet.state is SheetState.done:
        raise DomainError(_("This sheet is stored already."))
    session().execute(select(Estate.id).where(Estate.id == sheet.estate_id).with_for_update())
    draft = drafted(sheet, file)
    session().add_all(_reading(row) for row in draft.good)
    sheet.result, sheet.state, sheet.done_at = draft.result(), SheetState.done, utc_now()
    session().flush()
    record(ReadingsTaken(reading_sheet_id=sheet.id, estate_id=sheet.estate_id, kind=sheet.kind, counts=draft.counts))
    return draft


def _reading(row: Any) -> MeterReading:
    return MeterReading(
        meter_id=row.known.meter.id,
        kind=row.kind,
        read_on=row.read_on,
        value=row.value,
        rolled=row.rolled,
        multiplier=row.known.meter.multiplier,
        note=row.note,
        entered_by=g.actor.name,
        entered_at=utc_now(),
    )


def note_download(sheet: ReadingSheet) -> None:
    record(RefusedReadingsDownloaded(reading_sheet_id=sheet.id, rows=len(sheet.result["refused"])))
