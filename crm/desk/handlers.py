"""Changes elsewhere make objects stale for the search; they are refreshed once, at the end of the unit of work."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from crm.db import before_commit, session
from crm.desk import index


class AboutCustomer(Protocol):
    @property
    def customer_id(self) -> int: ...


class AboutUnit(Protocol):
    @property
    def unit_id(self) -> int: ...


class AboutEstate(Protocol):
    @property
    def estate_id(self) -> int: ...


class AboutDossier(Protocol):
    @property
    def dossier_id(self) -> int: ...


def customer_changed(event: AboutCustomer) -> None:
    _note("customer", event.customer_id)


def unit_changed(event: AboutUnit) -> None:
    _note("unit", event.unit_id)


def estate_changed(event: AboutEstate) -> None:
    _note("estate", event.estate_id)


def dossier_changed(event: AboutDossier) -> None:
    _note("dossier", event.dossier_id)


def refresh_stale(db: Session) -> None:
    """People are found by their units' labels, so a changed unit makes them stale too, and a merged file its keeper."""
    stale: dict[str, set[int]] = db.info.pop("stale", {})
    if units := stale.get("unit"):
        stale.setdefault("customer", set()).update(index.occupants_of(units))
    if customers := stale.get("customer"):
        customers.update(index.keepers_of(customers))
    for kind, ids in sorted(stale.items()):  # everybody in the same order: nobody waits for each other in a circle
        index.refresh(kind, ids)


before_commit.append(refresh_stale)


def forget() -> None:
    """Drop what was noted so far: for who then calls `index_anew`."""
    session().info.pop("stale", None)


def index_anew() -> None:
    """Where everything is new, the whole index at once is several times quicker than what was noted."""
    forget()
    index.rebuild()


def _note(kind: str, object_id: int) -> None:
    session().info.setdefault("stale", {}).setdefault(kind, set()).add(object_id)
