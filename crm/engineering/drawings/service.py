"""The verbs of drawings: entered, described anew, a version added, one withdrawn, one filed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, select

from crm.audit.log import differences, plain, record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.engineering.drawings.events import (
    DrawingChanged,
    DrawingEntered,
    DrawingToFile,
    DrawingVersionAdded,
    DrawingVersionWithdrawn,
)
from crm.engineering.drawings.models import Drawing, DrawingKind, DrawingVersion, DrawingWithdrawal
from crm.engineering.drawings.queries import COUNTS, get_drawing, get_version
from crm.engineering.filed import DRAWING, holders
from crm.engineering.once import cleaned, standing
from crm.errors import DomainError, Stale
from crm.files import store
from crm.properties.models import Building, Estate, Unit
from crm.tenants.closing import file_soon

PURPOSE = "drawing"  # of the files in the store; fetched from the version they belong to


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A unit alone says the rest; a building alone its estate."""

    estate: Estate
    building: Building | None = None
    unit: Unit | None = None

    @property
    def ids(self) -> dict[str, int | None]:
        """Raises `DomainError` where they do not belong together."""
        unit, building = self.unit, self.building
        if unit is not None and building is not None and unit.building_id != building.id:
            raise DomainError(_("The unit %(unit)s is not in this building.", unit=unit.label))
        if any(each is not None and each.estate_id != self.estate.id for each in (unit, building)):
            raise DomainError(_("Estate, building and unit do not belong together."))
        building_id = unit.building_id if unit is not None else building.id if building is not None else None
        return {"building_id": building_id, "unit_id": unit.id if unit is not None else None}

    @property
    def words(self) -> str:
        if self.unit is not None:
            return self.unit.label
        return _("Building %(number)s", number=self.building.number) if self.building else self.estate.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    kind: DrawingKind
    number: str
    title: str
    place: Place

    @property
    def values(self) -> dict[str, Any]:
        return {"kind": self.kind, "number": cleaned(self.number), "title": self.title, **self.place.ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A file with what stands on it. `about_kind`, `about_id`: what it came from, such as a renovation."""

    content: bytes
    name: str
    rev: str
    dated_on: date
    maker: str
    changes: str = ""
    about_kind: str = ""
    about_id: int | None = None


def enter(described: Described, brought: Brought, key: str | None = None) -> Drawing:
    """With its first version. Entered once however often the form is sent; of two with one number at the same moment
    one is refused. Raises `DomainError`."""
    estate_id, values = described.place.estate.id, described.values
    _hold_numbers(estate_id)
    if there := standing(Drawing, key, estate_id=estate_id, number=values["number"]):
        return there
    if _others_called(estate_id, values["number"]):
        raise DomainError(_taken(values["number"]))
    told = {"key": key, "entered_by_id": g.actor.user_id, "entered_by": g.actor.name, "entered_at": utc_now()}
    made = Drawing(estate_id=estate_id, **values, **told)
    session().add(made)
    session().flush()
    record(
        DrawingEntered(
            estate_id=estate_id,
            kind=made.kind.value,
            title=made.title,
            place=described.place.words,
            **_subjects(made),
        )
    )
    add_version(made, brought, key)
    return get_drawing(made.id)


def _taken(number: str) -> str:
    return _(
        "There is a drawing %(number)s in this estate already. Add a version to it, or look at the number.",
        number=number,
    )


def describe(drawing: Drawing, described: Described) -> None:
    """Another number, title, kind or place; the estate stays. Raises `DomainError`."""
    if described.place.estate.id != drawing.estate_id:
        raise DomainError(_("A drawing stays in its estate: enter it anew in the other one."))
    _hold_numbers(drawing.estate_id)
    seen, values = drawing.version, described.values
    hold(drawing)
    if drawing.version != seen:
        raise Stale
    if _others_called(drawing.estate_id, values["number"], besides=drawing.id):
        raise DomainError(_taken(values["number"]))
    changes = differences(drawing, values)
    units = sorted({key for key in (drawing.unit_id, values["unit_id"]) if key is not None})
    if "unit_id" in changes or "building_id" in changes:
        changes = {name: told for name, told in changes.items() if name not in ("unit_id", "building_id")}
        changes["place"] = [plain(place_of(drawing)), plain(described.place.words)]
    for name, value in values.items():
        setattr(drawing, name, value)
    session().flush()
    if changes:
        record(DrawingChanged(drawing_id=drawing.id, unit_ids=units, number=drawing.number, changes=changes))


def _hold_numbers(estate_id: int) -> None:
    """Two who want one number come one after the other."""
    session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))


def _others_called(estate_id: int, number: str, besides: int = 0) -> bool:
    others = select(Drawing.id).where(Drawing.estate_id == estate_id, Drawing.number == number, Drawing.id != besides)
    return session().scalar(others) is not None


def place_of(drawing: Drawing) -> str:
    """With its place loaded."""
    building = _("Building %(number)s", number=drawing.building.number) if drawing.building else ""
    return drawing.unit.label if drawing.unit else building or drawing.estate.name


def hold(drawing: Drawing) -> None:
    """Nobody else adds or withdraws a version of it until the unit of work ends."""
    session().flush()
    session().refresh(drawing, ["version", "number", "kind", "title", "building_id", "unit_id"], with_for_update=True)


def add_version(drawing: Drawing, brought: Brought, key: str | None = None) -> DrawingVersion:
    """The newest counts from now on. Added once however often the form is sent. Raises `DomainError`."""
    hold(drawing)
    if there := standing(DrawingVersion, key, drawing_id=drawing.id):
        return there
    if brought.dated_on > business_day():
        raise DomainError(_("The day on the drawing lies ahead."))
    _expect_new(drawing, brought.rev)
    content = {name: value for name, value in asdict(brought).items() if name not in ("content", "name")}
    upload = store.keep_proof(brought.content, brought.name, purpose=PURPOSE, estate_id=drawing.estate_id)
    made = DrawingVersion(
        drawing_id=drawing.id,
        position=_last_position(drawing) + 1,
        upload_id=upload.id,
        key=key,
        added_by_id=g.actor.user_id,
        added_by=g.actor.name,
        added_at=utc_now(),
        **content,
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"rev": made.rev, "dated_on": made.dated_on, "maker": made.maker}
    record(DrawingVersionAdded(drawing_version_id=made.id, **told, **_subjects(drawing)))
    return made


def _expect_new(drawing: Drawing, rev: str) -> None:
    """A wrong file is withdrawn first; then the right one has its label."""
    same = select(DrawingVersion.id).where(DrawingVersion.drawing_id == drawing.id, DrawingVersion.rev == rev, COUNTS)
    if session().scalar(same) is not None:
        raise DomainError(_("Version %(rev)s is there already. If its file is wrong, withdraw it first.", rev=rev))


def _last_position(drawing: Drawing) -> int:
    last = select(func.max(DrawingVersion.position)).where(DrawingVersion.drawing_id == drawing.id)
    return session().scalar(last) or 0


def withdraw(version: DrawingVersion, reason: str) -> None:
    """Once; the one before it counts again, where there is one. Raises `DomainError`."""
    hold(version.drawing)
    if session().scalar(select(DrawingWithdrawal.id).where(DrawingWithdrawal.version_id == version.id)) is not None:
        raise DomainError(_("Version %(rev)s was withdrawn already.", rev=version.rev))
    who = {"withdrawn_by_id": g.actor.user_id, "withdrawn_by": g.actor.name, "withdrawn_at": utc_now()}
    session().add(DrawingWithdrawal(version_id=version.id, reason=reason, **who))
    session().flush()
    record(DrawingVersionWithdrawn(rev=version.rev, reason=reason, **_about(version)))


def filing_hindrance(version: DrawingVersion) -> str:
    """Why it cannot be filed, or ""."""
    if version.drawing.unit_id is None:
        return _("Only a unit's drawing is filed: the dossiers are the customers'.")
    if version.withdrawal is not None:
        return _("Version %(rev)s was withdrawn.", rev=version.rev)
    if session().scalars(holders(version.drawing.unit_id, business_day())).first() is None:
        return _("Nobody has this unit now: there is no dossier to file it into.")
    return ""


def file(version: DrawingVersion) -> None:
    """Into the dossiers of whoever has the unit now, in the background; what lies there is not filed again."""
    if reason := filing_hindrance(version):
        raise DomainError(reason)
    drawing = version.drawing
    file_soon(DRAWING, version.id, f"{drawing.number} {version.rev}", drawing.estate_id)
    record(DrawingToFile(rev=version.rev, **_about(version)))


def file_called(drawing_version_ids: list[int]) -> None:
    for key in drawing_version_ids:
        file(get_version(key))


def _about(version: DrawingVersion) -> dict[str, Any]:
    return {"drawing_version_id": version.id, **_subjects(version.drawing)}


def _subjects(drawing: Drawing) -> dict[str, Any]:
    return {"drawing_id": drawing.id, "unit_id": drawing.unit_id, "number": drawing.number}
