"""The verbs of points: entered many at once, replaced by a new record, ended, the sheet of them filed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import plain, record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.engineering.drawings.queries import versions_to_choose
from crm.engineering.filed import SHEET, holders
from crm.engineering.once import standing
from crm.engineering.points.events import PointEnded, PointPhotoAdded, PointReplaced, PointsEntered, PointSheetFiled
from crm.engineering.points.models import PointEnding, PointPhoto, PointSheet, ServicePoint, code_of
from crm.engineering.points.pasting import Line
from crm.engineering.points.queries import last_serials, standing_of, stands
from crm.errors import DomainError
from crm.files import store
from crm.properties.models import Unit
from crm.tenants.closing import file_soon

PURPOSE = "service_point"  # of photos in the store
LARGEST_PHOTO = 12 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Since when the points are there, and what says so: a version of a drawing, or what they came from."""

    valid_from: date
    drawing_version_id: int | None = None
    about_kind: str = ""
    about_id: int | None = None


def enter(unit: Unit, lines: Sequence[Line], source: Source, key: str | None = None) -> Sequence[ServicePoint]:
    """Each gets the next code of its trade in the unit. Entered once however often the form is sent."""
    _hold_unit(unit)
    if standing(ServicePoint, _numbered(key, 1), unit_id=unit.id):
        return []
    _expect_sound(unit, source)
    serials = Counter(last_serials(unit.id))
    made = []
    for number, line in enumerate(lines, start=1):
        serials[line.trade] += 1
        made.append(_point(unit, line, source, serial=serials[line.trade], key=_numbered(key, number)))
    session().add_all(made)
    session().flush()
    record(
        PointsEntered(
            unit_id=unit.id,
            service_point_ids=[point.id for point in made],
            points=[_named(point) for point in made],
            valid_from=source.valid_from,
        )
    )
    return made


def replace(old: ServicePoint, line: Line, source: Source, reason: str, key: str | None = None) -> ServicePoint:
    """The point moved, or was written down wrong: the new record keeps its code, the old one stays readable."""
    _hold_unit(old.unit)
    if there := standing(ServicePoint, key, replaces_id=old.id):
        return there
    _expect_standing(old)
    _expect_sound(old.unit, source)
    if source.valid_from < old.valid_from:
        raise DomainError(_("It cannot be there before what it replaces: %(day)s.", day=old.valid_from.isoformat()))
    made = _point(old.unit, line, source, serial=old.serial, key=key)
    made.replaces_id, made.reason, made.trade = old.id, reason, old.trade
    session().add(made)
    session().flush()
    record(
        PointReplaced(
            unit_id=old.unit_id,
            service_point_ids=[old.id, made.id],
            old=_named(old),
            new=_named(made),
            valid_from=made.valid_from,
            reason=reason,
        )
    )
    return made


def add_photo(point: ServicePoint, content: bytes, name: str, key: str | None = None) -> PointPhoto:
    """Once however often the form is sent. Raises `DomainError` for what is no picture."""
    _hold_unit(point.unit)
    if there := standing(PointPhoto, key, point_id=point.id):
        return there
    upload = store.keep_picture(content, name, purpose=PURPOSE, estate_id=point.estate_id, largest=LARGEST_PHOTO)
    made = PointPhoto(point_id=point.id, upload_id=upload.id, key=key, taken_by=g.actor.name, taken_at=utc_now())
    session().add(made)
    session().flush()
    record(PointPhotoAdded(unit_id=point.unit_id, service_point_id=point.id, point=_named(point)))
    return made


def end(point: ServicePoint, ended_on: date, reason: str) -> None:
    """It was taken out and nothing stands in its place."""
    _hold_unit(point.unit)
    _expect_standing(point)
    if not point.valid_from <= ended_on <= business_day():
        raise DomainError(_("The day lies between %(day)s and today.", day=point.valid_from.isoformat()))
    who = {"ended_by_id": g.actor.user_id, "ended_by": g.actor.name, "ended_at": utc_now()}
    session().add(PointEnding(point_id=point.id, ended_on=ended_on, reason=reason, **who))
    session().flush()
    told: dict[str, Any] = {"point": _named(point), "ended_on": ended_on, "reason": reason}
    record(PointEnded(unit_id=point.unit_id, service_point_id=point.id, **told))


def filing_hindrance(unit: Unit) -> str:
    """Why the sheet cannot be filed, or ""."""
    if not standing_of(unit.id):
        return _("No point is entered here yet.")
    if session().scalars(holders(unit.id, business_day())).first() is None:
        return _("Nobody has this unit now: there is no dossier to file it into.")
    return ""


def file_sheet(unit: Unit, key: str | None = None) -> PointSheet:
    """The points as they stand, frozen; filed in the background into the dossiers of whoever has the unit."""
    _hold_unit(unit)
    if there := standing(PointSheet, key, unit_id=unit.id):
        return there
    if reason := filing_hindrance(unit):
        raise DomainError(reason)
    content = [as_content(row) for row in standing_of(unit.id)]
    who = {"made_by_id": g.actor.user_id, "made_by": g.actor.name, "made_at": utc_now()}
    made = PointSheet(estate_id=unit.estate_id, unit_id=unit.id, content=content, key=key, **who)
    session().add(made)
    session().flush()
    file_soon(SHEET, made.id, f"{unit.label} {business_day().isoformat()}", unit.estate_id)
    record(PointSheetFiled(unit_id=unit.id, point_sheet_id=made.id, count=len(content)))
    return made


def as_content(row: Any) -> dict[str, Any]:
    """A row of `queries.points` as the sheet keeps it: codes stay codes, so that it can be read in any language."""
    names = ("what", "room", "spot", "height", "distance", "note", "valid_from", "drawing", "rev", "trade")
    return {"code": code_of(row.trade, row.serial)} | {name: plain(getattr(row, name)) for name in names}


def _hold_unit(unit: Unit) -> None:
    """Two who enter points of one unit, or replace the same, come one after the other."""
    session().flush()
    session().execute(select(Unit.id).where(Unit.id == unit.id).with_for_update(key_share=True))


def _expect_standing(point: ServicePoint) -> None:
    if not stands(point.id):
        raise DomainError(_("%(code)s was replaced or ended meanwhile. Look at what stands now.", code=point.code))


def _expect_sound(unit: Unit, source: Source) -> None:
    if source.valid_from > business_day():
        raise DomainError(_("The day from which it is there lies ahead."))
    chosen = source.drawing_version_id
    if chosen is not None and chosen not in versions_to_choose(unit):
        raise DomainError(_("This version of a drawing is not about the unit, or was withdrawn."))


def _point(unit: Unit, line: Line, source: Source, **given: Any) -> ServicePoint:
    return ServicePoint(
        estate_id=unit.estate_id,
        unit_id=unit.id,
        entered_by_id=g.actor.user_id,
        entered_by=g.actor.name,
        entered_at=utc_now(),
        **asdict(line),
        **asdict(source),
        **given,
    )


def _numbered(key: str | None, number: int) -> str | None:
    return f"{key}-{number}" if key else None


def _named(point: ServicePoint) -> str:
    return " ".join(filter(None, (point.code, point.what, point.room, point.spot)))
