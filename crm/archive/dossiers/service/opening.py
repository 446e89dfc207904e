"""Opening dossiers, one or thousands; who reads them; the number they are promised; closing those that live."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, delete, select, update

from crm.archive.dossiers.events import (
    DossierClosed,
    DossierNumbered,
    DossierOpened,
    DossierReopened,
    DossierRetitled,
    ReadersSet,
)
from crm.archive.dossiers.models import Custody, Dossier, DossierReader, DossierTemplate, Location
from crm.archive.dossiers.models.dossier import WORKFLOW, DossierState, Mode
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.queries import find_dossier, find_in_force, first_location, policy_on
from crm.archive.dossiers.seeding import seed
from crm.archive.dossiers.service.volumes import close_volumes
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.service import void
from crm.audit.log import record
from crm.bulk import keys, pour
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.numbering import NumberState

CHUNK = 1000
OPENED = "opened"  # the cause of a dossier's first custody


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A dossier to be opened: `code` only where none will come from a number; `since` when it came in, None: now."""

    subject_kind: str
    subject_id: int
    title: str
    opened_on: date
    estate_id: int | None = None
    code: str | None = None
    since: datetime | None = None


def open_dossier(
    kind: DossierKind,
    subject_kind: str,
    subject_id: int,
    title: str,
    *,
    opened_on: date,
    estate_id: int | None = None,
    code: str | None = None,
    readers: Collection[int] = (),
) -> Dossier:
    """The matter's dossier, by the template and policy in force; the one that stands already, where there is one.

    A property customer's is accretive and open at once, the company's are sealed and have to be formed.
    """
    standing = find_dossier(subject_kind, subject_id)
    if standing:
        return standing
    wanted = Opening(
        subject_kind=subject_kind,
        subject_id=subject_id,
        title=title,
        opened_on=opened_on,
        estate_id=estate_id,
        code=code,
    )
    holder_id = None if kind is DossierKind.property else g.actor.user_id or next(iter(readers), None)
    [dossier_id] = _store(kind, [wanted], holder_id)
    made = session().get_one(Dossier, dossier_id)
    if readers:
        set_readers(made, readers)
    return made


def open_dossiers(kind: DossierKind, openings: Iterable[Opening]) -> int:
    """Many at once, in a fixed number of queries for each thousand; how many were missing. Codes must be free."""
    count, wanted = 0, list(openings)
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        standing = _standing([(each.subject_kind, each.subject_id) for each in some])
        missing = [each for each in some if (each.subject_kind, each.subject_id) not in standing]
        count += len(_store(kind, missing, None)) if missing else 0
    return count


def _standing(subjects: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those that have a dossier. By kind: SQLite would read every dossier to compare pairs."""
    known = select(Dossier.subject_kind, Dossier.subject_id).where(Dossier.state != DossierState.destroyed)
    found: set[tuple[str, int]] = set()
    for kind in {kind for kind, _key in subjects}:
        ids = [key for each, key in subjects if each == kind]
        rows = session().execute(known.where(Dossier.subject_kind == kind, Dossier.subject_id.in_(ids)))
        found.update((row.subject_kind, row.subject_id) for row in rows)
    return found


def _store(kind: DossierKind, openings: Sequence[Opening], holder_id: int | None) -> list[int]:
    """The ids in the order of the openings."""
    template_id = template_in_force(kind).id
    policies = {day: _policy_id(kind, day) for day in {each.opened_on for each in openings}}
    common = _common(kind) | {"kind": kind, "template_id": template_id, "opened_by": g.actor.name}
    ids = keys(Dossier, len(openings))
    rows = (
        common | {"id": key} | _row(each) | {"policy_version_id": policies[each.opened_on]}
        for key, each in zip(ids, openings, strict=True)
    )
    pour(Dossier, list(rows))
    _begin_custody({key: each.since for key, each in zip(ids, openings, strict=True)}, holder_id)
    for key, each in zip(ids, openings, strict=True):
        record(_opened(key, kind, each))
    return ids


def _row(opening: Opening) -> dict[str, Any]:
    return {name: getattr(opening, name) for name in Opening.__slots__ if name != "since"}


def _begin_custody(since: Mapping[int, datetime | None], holder_id: int | None) -> None:
    common = {
        "holder_id": holder_id,
        "location_id": None if holder_id else room().id,
        "cause": OPENED,
        "caused_by": g.actor.name,
    }
    now = utc_now()
    pour(Custody, [common | {"dossier_id": key, "starts_at": moment or now} for key, moment in since.items()])


def _common(kind: DossierKind) -> dict[str, Any]:
    if kind is DossierKind.property:
        return {"mode": Mode.accretive, "state": DossierState.open}
    return {"mode": Mode.sealed, "state": DossierState.forming}


def _policy_id(kind: DossierKind, day: date) -> int | None:
    policy = policy_on(kind, day)
    return policy.id if policy else None


def _opened(dossier_id: int, kind: DossierKind, opening: Opening) -> DossierOpened:
    return DossierOpened(
        dossier_id=dossier_id,
        kind=kind.value,
        title=opening.title,
        code=opening.code or "",
        subject=f"{opening.subject_kind}:{opening.subject_id}",
    )


def template_in_force(kind: DossierKind) -> DossierTemplate:
    """There always is one: the shipped one is put there where nobody has."""
    found = find_in_force(kind)
    if found is None:
        seed()
        found = find_in_force(kind)
    if found is None:
        raise DomainError(_("No checklist is in force for this kind of dossier. Put one in force first."))
    return found


def room() -> Location:
    """Where a dossier is that was put nowhere in particular."""
    found = first_location()
    if found is None:
        seed()
        found = first_location()
    if found is None:
        raise DomainError(_("The archive has no place yet. Add a room first."))
    return found


def set_readers(dossier: Dossier, user_ids: Collection[int]) -> None:
    """Exactly these people see the dossier from now on, besides those who oversee all."""
    of_this = DossierReader.dossier_id == dossier.id
    before = set(session().scalars(select(DossierReader.user_id).where(of_this)))
    wanted = set(user_ids)
    if before == wanted:
        return
    session().execute(delete(DossierReader).where(of_this, DossierReader.user_id.in_(before - wanted)))
    session().add_all(DossierReader(dossier_id=dossier.id, user_id=key) for key in sorted(wanted - before))
    session().flush()
    record(ReadersSet(dossier_id=dossier.id, changes={"readers": [sorted(before), sorted(wanted)]}))


def give_number(dossier: Dossier, number: ArchiveNumber) -> None:
    """Promise the dossier a reserved number: it stands on its list and title file before it is filed (A-09)."""
    if dossier.number_id not in (None, number.id) or dossier.state is not DossierState.forming:
        raise DomainError(_("This dossier has its number already."))
    if dossier.number_id is None:
        dossier.number_id = number.id
        session().flush()
        record(DossierNumbered(dossier_id=dossier.id, archive_number_id=number.id, number=number.text))


def give_up_number(number: ArchiveNumber, reason: str) -> None:
    """Void a number nobody needs (A-09). Raises `DomainError` while it is promised to a dossier being formed."""
    promised = session().scalar(select(Dossier.title).filter_by(number_id=number.id, state=DossierState.forming))
    if promised and number.number.state is NumberState.reserved:
        raise DomainError(
            _(
                "%(number)s is promised to %(title)s, which could not be filed without it. "
                "It becomes void by itself when the project is turned down or withdrawn.",
                number=number.text,
                title=promised,
            )
        )
    void(number, reason)


def close_dossier(dossier: Dossier, reason: str, *, day: date, continued_in: Dossier | None = None) -> None:
    """Nothing more is filed here: its volume ends, or what comes later goes into `continued_in`.

    What went on in this one goes on there too: whoever asks what lies in a dossier looks one step back, no further.
    """
    if WORKFLOW.hindrance(dossier, "close"):
        raise DomainError(_("Only an open dossier of a customer is closed."))
    WORKFLOW.take(dossier, "close")
    dossier.closed_on, dossier.continued_in_id = day, continued_in.id if continued_in else None
    session().flush()
    if continued_in is None:
        close_volumes(dossier.id)
    else:
        _go_on(Dossier.continued_in_id == dossier.id, continued_in)
    record(DossierClosed(dossier_id=dossier.id, reason=reason, continued_in_id=dossier.continued_in_id))


def go_on_in(dossier: Dossier, subject_ids: Select[int]) -> None:
    """The closed dossiers of these matters, of those that go on in another, go on in this one."""
    theirs = and_(Dossier.subject_kind == dossier.subject_kind, Dossier.subject_id.in_(subject_ids))
    _go_on(and_(theirs, Dossier.continued_in_id.is_not(None)), dossier)


def _go_on(which: ColumnElement[bool], dossier: Dossier) -> None:
    session().execute(update(Dossier).where(which).values(continued_in_id=dossier.id))


def retitle(dossier: Dossier, title: str) -> None:
    """A living dossier is called what its customer is called; a filed one is corrected instead."""
    if dossier.sealed or dossier.title == title:
        return
    record(DossierRetitled(dossier_id=dossier.id, changes={"title": [dossier.title, title]}))
    dossier.title = title
    session().flush()


def reopen_dossier(dossier: Dossier, reason: str) -> None:
    if WORKFLOW.hindrance(dossier, "reopen"):
        raise DomainError(_("Only a closed dossier is opened again."))
    WORKFLOW.take(dossier, "reopen")
    dossier.closed_on = dossier.continued_in_id = None
    session().flush()
    record(DossierReopened(dossier_id=dossier.id, reason=reason))
