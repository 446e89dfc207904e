"""Every customer has a dossier in the archive: opened at the end of the unit of work in which the customer appears.

However many customers come at once, it costs a fixed number of queries for each thousand of them. Clauses P-04, A-18.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.archive.dossiers.queries import filed_for
from crm.archive.dossiers.service import Opening
from crm.dates import business_day
from crm.db import before_commit, session, unit_of_work
from crm.properties.models import Unit, UnitUse
from crm.tenants.models import Customer, Occupancy, file_code

SUBJECT = "customer"
CHUNK = 1000
Thing = TypeVar("Thing")


Since = Callable[[date], datetime | None]  # the day of registration -> when the dossier came in


def _now(_day: date) -> None:
    return None


def note(customer_id: int) -> None:
    """The customer is new, or has another name: looked at once, when the unit of work ends."""
    session().info.setdefault("to_file", set()).add(customer_id)


def open_noted(db: Session, since: Since = _now) -> None:
    """Open what is missing, and let the spines say the customers' present names."""
    noted: set[int] = db.info.pop("to_file", set())
    for some in _chunks(sorted(noted)):
        open_for(some, since)


before_commit.insert(0, open_noted)  # before the log is written: what is opened stands in it


def open_for(customer_ids: Sequence[int], since: Since = _now) -> None:
    """At most `CHUNK` of them. Whose dossier was destroyed gets the next one when something comes for it."""
    wanted = select(Customer.id, Customer.estate_id, Customer.name, Customer.registered_on)
    rows = session().execute(wanted.where(Customer.id.in_(customer_ids), Customer.merged_into_id.is_(None))).all()
    standing = _titles([row.id for row in rows])
    for row in rows:
        if standing.get(row.id, row.name) != row.name:
            _retitle(row.id, row.name)
    missing = [row for row in rows if row.id not in standing]
    codes = _codes([row.id for row in missing])
    openings = [_opening(row, codes, since(row.registered_on)) for row in missing]
    archive.open_dossiers(DossierKind.property, openings)


def next_of(customer_id: int) -> Dossier:
    """The one that stands after a destroyed one, opened where none does; of a merged file the kept file's."""
    customer = session().get_one(Customer, session().get_one(Customer, customer_id).kept_id)
    if standing := archive.find_dossier(SUBJECT, customer.id):
        return standing
    before = len(filed_for(SUBJECT, [customer.id]))
    numbered = f"{file_code(customer.id)}-{before + 1}" if before else file_code(customer.id)
    return archive.open_dossier(
        DossierKind.property,
        SUBJECT,
        customer.id,
        customer.name,
        opened_on=business_day(),
        estate_id=customer.estate_id,
        code=_codes([customer.id]).get(customer.id) or numbered,
    )


def _opening(customer: Any, codes: dict[int, str], since: datetime | None) -> Opening:
    return Opening(
        subject_kind=SUBJECT,
        subject_id=customer.id,
        title=customer.name,
        opened_on=customer.registered_on,
        estate_id=customer.estate_id,
        code=codes.get(customer.id) or file_code(customer.id),
        since=since,
    )


def _titles(customer_ids: Collection[int]) -> dict[int, str]:
    """Of the last of each: one that was destroyed is not opened anew until something comes for it."""
    known = select(Dossier.subject_id, Dossier.title).where(Dossier.subject_kind == SUBJECT)
    rows = session().execute(known.where(Dossier.subject_id.in_(customer_ids)).order_by(Dossier.id))
    return {row.subject_id: row.title for row in rows}


def _codes(customer_ids: Collection[int]) -> dict[int, str]:
    """The customer's first unit with the serial of the occupancy in it: 3-1-502/02; a parking space only without one.

    Occupancies are never deleted, so that the serial of one stays what it is; where the unit's label was another
    unit's before, the next that is free follows.
    """
    if not customer_ids:
        return {}
    theirs = select(Occupancy.unit_id).where(Occupancy.customer_id.in_(customer_ids))
    serial = func.row_number().over(partition_by=Occupancy.unit_id, order_by=Occupancy.id).label("serial")
    ranked = select(Occupancy.id, Occupancy.customer_id, Occupancy.unit_id, serial).where(Occupancy.unit_id.in_(theirs))
    each = ranked.subquery()
    parking = case((Unit.use == UnitUse.parking, 1), else_=0)
    query = select(each.c.customer_id, Unit.estate_id, Unit.label, each.c.serial).join(Unit, Unit.id == each.c.unit_id)
    rows = session().execute(query.where(each.c.customer_id.in_(customer_ids)).order_by(parking, each.c.id))
    first: dict[int, Spine] = {}
    for customer_id, *spine in rows:
        first.setdefault(customer_id, Spine(*spine))
    return _free(first)


class Spine(NamedTuple):
    estate_id: int
    label: str
    serial: int

    @property
    def code(self) -> str:
        return f"{self.label}/{self.serial:02d}"


def _free(wanted: Mapping[int, Spine]) -> dict[int, str]:
    """Customer -> code, none of them on another spine of the estate."""
    taken = _taken(wanted.values())
    found: dict[int, str] = {}
    for customer_id, spine in wanted.items():
        while (spine.estate_id, spine.code) in taken:
            spine = spine._replace(serial=spine.serial + 1)  # noqa: PLW2901 - the next serial of the same spine
        taken.add((spine.estate_id, spine.code))
        found[customer_id] = spine.code
    return found


def _taken(wanted: Collection[Spine]) -> set[tuple[int | None, str | None]]:
    """Nothing where all are free; else the spines of every number with these labels, in any estate."""
    known = select(Dossier.estate_id, Dossier.code)
    if not session().execute(known.where(Dossier.code.in_([each.code for each in wanted])).limit(1)).all():
        return set()
    label = func.rtrim(Dossier.code, "0123456789")
    alike = known.where(label.in_({f"{each.label}/" for each in wanted}))
    return {(estate_id, code) for estate_id, code in session().execute(alike)}


def _retitle(customer_id: int, name: str) -> None:
    dossier = archive.find_dossier(SUBJECT, customer_id)
    if dossier:
        archive.retitle(dossier, name)


def open_missing() -> int:
    """For customers from before there were dossiers: in parts, each its own unit of work; how many were opened."""
    count = 0
    while True:
        with unit_of_work():
            some = _without(CHUNK)
            open_for(some)
        count += len(some)
        if not some:
            return count


def _without(most: int) -> Sequence[int]:
    known = exists().where(Dossier.subject_kind == SUBJECT, Dossier.subject_id == Customer.id)
    return (
        session()
        .scalars(select(Customer.id).where(~known, Customer.merged_into_id.is_(None)).order_by(Customer.id).limit(most))
        .all()
    )


def _chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    remaining = iter(things)
    while some := list(islice(remaining, CHUNK)):
        yield some
