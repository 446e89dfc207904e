"""The register of workers (D02): who works there, under which trade, with which face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.files import store
from crm.identity import mask_id_number
from crm.phones import mask_phone
from crm.renovations.cases.models import STATE_TITLES, Renovation
from crm.renovations.cases.service.steps import STEPS as CASE
from crm.renovations.cases.service.steps import subjects
from crm.renovations.passes.events import (
    RenovationWorkerChanged,
    RenovationWorkerRevealed,
    RenovationWorkersRegistered,
)
from crm.renovations.passes.models import LISTS_WORKERS, RenovationWorker
from crm.secrecy import blind_index, seal, unseal

PURPOSE = "renovation"
LARGEST = 12 * 1024 * 1024  # bytes
MOST = 100  # of one form


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`id_number`: of an 18-digit card or another paper, judged where it was typed; "" where it is not known."""

    name: str
    trade: str = ""
    id_number: str = ""
    phone: str = ""


def registering_hindrance(renovation: Renovation) -> str:
    """Why no worker can be entered any more, or ""."""
    if renovation.state in LISTS_WORKERS:
        return ""
    told = {"number": renovation.number, "state": STATE_TITLES[renovation.state]}
    return _("%(number)s is “%(state)s”: nobody begins to work there.", **told)


def register(renovation: Renovation, people: Sequence[Person], key: str | None) -> list[RenovationWorker]:
    """All or none; entered once however often the form is sent."""
    CASE.hold(renovation)
    if standing := _known(renovation, key):
        return standing
    if reason := registering_hindrance(renovation):
        raise DomainError(reason)
    if not people:
        raise DomainError(_("Enter at least one worker."))
    if len(people) > MOST:
        raise DomainError(_("At most %(most)s workers at once.", most=MOST))
    _expect_new(renovation, people)
    made = [
        RenovationWorker(
            renovation_id=renovation.id,
            key=f"{key}-{place}" if key else None,
            registered_by=g.actor.name,
            registered_at=utc_now(),
            **_facts(person),
        )
        for place, person in enumerate(people)
    ]
    session().add_all(made)
    session().flush()
    names = [" ".join(filter(None, (each.name, each.trade))) for each in made]
    record(RenovationWorkersRegistered(names=names, **subjects(renovation)))
    return made


def _known(renovation: Renovation, key: str | None) -> list[RenovationWorker]:
    """Those that the form with this key has entered already."""
    if not key:
        return []
    found = select(RenovationWorker).where(RenovationWorker.key.startswith(f"{key}-", autoescape=True))
    standing = list(session().scalars(found.order_by(RenovationWorker.id)))
    if any(each.renovation_id != renovation.id for each in standing):
        raise UsedElsewhere
    return standing


def _facts(person: Person) -> dict[str, Any]:
    return {"name": person.name, "trade": person.trade, "phone": person.phone, **_sealed(person.id_number)}


def _sealed(id_number: str) -> dict[str, Any]:
    return {
        "id_number": seal(id_number) if id_number else None,
        "id_index": blind_index(id_number) if id_number else None,
        "id_masked": mask_id_number(id_number) if id_number else "",
    }


def _expect_new(renovation: Renovation, people: Sequence[Person]) -> None:
    """Raises `DomainError` naming who stands in the register already, or twice in the form."""
    found = select(RenovationWorker.id_index, RenovationWorker.name).where(
        RenovationWorker.renovation_id == renovation.id, RenovationWorker.id_index.is_not(None)
    )
    known: dict[str, str] = {row.id_index: row.name for row in session().execute(found)}
    for person in people:
        index = blind_index(person.id_number) if person.id_number else ""
        if index and index in known:
            told = {"name": person.name, "other": known[index]}
            raise DomainError(_("%(name)s: this ID number stands in the register already, for %(other)s.", **told))
        if index:
            known[index] = person.name


def change(worker: RenovationWorker, person: Person) -> bool:
    """Whether anything changed. `id_number` "": it stays as it is."""
    CASE.hold(worker.renovation)
    given: dict[str, Any] = {"name": person.name, "trade": person.trade, "phone": person.phone}
    if person.id_number and blind_index(person.id_number) != worker.id_index:
        _expect_new(worker.renovation, [person])
        given |= _sealed(person.id_number)
    changes = {name: [_told(worker, name), value] for name, value in given.items() if getattr(worker, name) != value}
    if not changes:
        return False
    for name, value in given.items():
        setattr(worker, name, value)
    session().flush()
    for hidden in ("id_number", "id_index"):
        changes.pop(hidden, None)
    if "phone" in changes:
        changes["phone"][1] = mask_phone(worker.phone)
    _tell_change(worker, changes)
    return True


def _told(worker: RenovationWorker, name: str) -> Any:
    return mask_phone(worker.phone) if name == "phone" else getattr(worker, name)


def _tell_change(worker: RenovationWorker, changes: dict[str, list[Any]]) -> None:
    about = subjects(worker.renovation)
    record(RenovationWorkerChanged(renovation_worker_id=worker.id, name=worker.name, changes=changes, **about))


def keep_photo(worker: RenovationWorker, content: bytes, name: str) -> None:
    """The latest is the one on the card. Raises `DomainError` for what is no picture."""
    CASE.hold(worker.renovation)
    estate_id = worker.renovation.estate_id
    upload = store.keep_picture(content, name, purpose=PURPOSE, estate_id=estate_id, largest=LARGEST)
    before, worker.upload_id = worker.upload_id, upload.id
    session().flush()
    session().expire(worker, ["upload"])
    _tell_change(worker, {"photo": [before, upload.id]})


def reveal(worker: RenovationWorker, reason: str) -> tuple[str, str]:
    """ID number and telephone in full; the log keeps who saw them, and what for."""
    about = subjects(worker.renovation)
    del about["unit_id"]
    record(RenovationWorkerRevealed(renovation_worker_id=worker.id, name=worker.name, reason=reason, **about))
    return unseal(worker.id_number) if worker.id_number else "", worker.phone
