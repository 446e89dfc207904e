"""The archive's places: rooms, cabinets, shelves, boxes and safes, and where a dossier belongs. L-30."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.archive.dossiers.events import HomeSet, LocationAdded, LocationChanged
from crm.archive.dossiers.models import Custody, Dossier, Location
from crm.archive.dossiers.models.custody import TITLES_ONLY, CustodianRole, LocationKind
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service.appointing import expect_appointment
from crm.archive.dossiers.service.custody import current, expect_kept, expect_place, take_custody
from crm.archive.dossiers.service.items import in_handover
from crm.audit.log import record
from crm.db import session
from crm.errors import DomainError

ORDER = (LocationKind.room, LocationKind.cabinet, LocationKind.shelf, LocationKind.box)
BETWEEN = " / "
further_holdings: list[Callable[[Location], bool]] = []
"""Whether something lies at a place: packages that keep other things there add theirs in `crm.wiring`."""
move_hindrances: list[Callable[[Dossier], str]] = []
"""Why a dossier is not moved by hand now, or "": packages that give dossiers away add theirs in `crm.wiring`."""


def add_location(kind: LocationKind, code: str, parent: Location | None, note: str = "") -> Location:
    """Raises `DomainError` for a place within a smaller one, and for a name that is taken there."""
    _expect_nesting(kind, parent)
    path = _path(code, parent)
    _expect_free(path)
    made = Location(kind=kind, code=code, parent_id=parent.id if parent else None, path=path, note=note)
    session().add(made)
    session().flush()
    record(LocationAdded(location_id=made.id, path=path))
    return made


def change_location(place: Location, code: str, note: str, *, in_use: bool) -> None:
    """What lies below is renamed with it. Raises `DomainError` when it is to go out of use and something lies there."""
    if place.in_use and not in_use and _holds_something(place):
        raise DomainError(
            _("Something lies here or belongs here, or places within are in use. Put it elsewhere first.")
        )
    parent = session().get_one(Location, place.parent_id) if place.parent_id else None
    old, path = place.path, _path(code, parent)
    if path != old:
        _expect_free(path)
    wanted = {"code": code, "note": note, "in_use": in_use}
    changes: dict[str, list[Any]] = {
        name: [getattr(place, name), value] for name, value in wanted.items() if getattr(place, name) != value
    }
    if not changes:
        return
    place.code, place.note, place.in_use, place.path = code, note, in_use, path
    below = select(Location).where(Location.path.startswith(old + BETWEEN, autoescape=True))
    for each in session().scalars(below) if path != old else ():
        each.path = path + each.path.removeprefix(old)
    session().flush()
    record(LocationChanged(location_id=place.id, path=path, changes=changes))


def put(dossier: Dossier, place: Location, cause: str, *, home: bool) -> None:
    """Lay the dossier there; with `home` it belongs there from now on."""
    if home and dossier.home_id != place.id:
        expect_place(place.id)
        before = session().get(Location, dossier.home_id) if dossier.home_id else None
        dossier.home_id = place.id
        session().flush()
        told: dict[str, Any] = {"old": before.path if before else "", "new": place.path}
        record(HomeSet(dossier_id=dossier.id, location_id=place.id, **told))
    take_custody(dossier, location_id=place.id, cause=cause)


def move_by_hand(dossier: Dossier, cause: str, *, place: Location | None, holder_id: int | None, home: bool) -> None:
    """By the appointed archivist. Raises `DomainError` where the dossier goes from A to B and to the archive only."""
    expect_appointment(CustodianRole.archivist)
    expect_kept(dossier)  # locked before its custody, as by whoever lends it
    held = current(dossier)
    if dossier.state is DossierState.forming and (place is None or (held and held.holder_id is not None)):
        raise DomainError(in_handover())
    if reason := next(filter(None, (hindrance(dossier) for hindrance in move_hindrances)), ""):
        raise DomainError(reason)
    if place is None:
        take_custody(dossier, holder_id=holder_id, cause=cause)
    else:
        put(dossier, place, cause, home=home)


def _path(code: str, parent: Location | None) -> str:
    return f"{parent.path}{BETWEEN}{code}" if parent else code


def _expect_nesting(kind: LocationKind, parent: Location | None) -> None:
    if parent is None:
        if kind is not LocationKind.room:
            raise DomainError(_("Say in which room this place is."))
        return
    if not parent.in_use:
        raise DomainError(_("This place is not in use. Choose another."))
    if kind is LocationKind.slot:
        if parent.kind is not LocationKind.safe:
            raise DomainError(_("A slot is a part of a safe. Choose the safe it is in."))
        return
    if parent.kind in TITLES_ONLY or (kind in ORDER and not _is_larger(parent.kind, kind)):
        raise DomainError(_("A place lies within a larger one: room, cabinet, shelf, box."))


def _is_larger(one: LocationKind, other: LocationKind) -> bool:
    return ORDER.index(one) < ORDER.index(other)


def _expect_free(path: str) -> None:
    if session().scalar(select(Location.id).filter_by(path=path)):
        raise DomainError(_("%(path)s exists already. Give this place another name.", path=path))


def _holds_something(place: Location) -> bool:
    there = select(Custody.id).where(Custody.location_id == place.id, Custody.ends_at.is_(None)).limit(1)
    home = select(Dossier.id).where(Dossier.home_id == place.id, Dossier.state != DossierState.destroyed).limit(1)
    within = select(Location.id).filter_by(parent_id=place.id, in_use=True).limit(1)
    further = any(holds(place) for holds in further_holdings)
    return further or any(session().scalar(each) for each in (there, home, within))
