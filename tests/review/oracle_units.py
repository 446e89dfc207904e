"""What is wrong with the units that a customer has, and with who else has them."""

from __future__ import annotations

from collections.abc import Iterator

from crm.db import session
from crm.properties.models import Unit, UnitStatus, UnitUse
from crm.tenants.models import Customer, Occupancy, Vehicle
from crm.tenants.models import OccupancyRole as Role
from tests.review.oracle_books import Books, rows
from tests.review.oracle_dossiers import Ask

OWN = (Role.owner, Role.co_owner)
USE = (Role.tenant, Role.user, Role.family)
MEASURED = (UnitUse.home, UnitUse.shop, UnitUse.office)
SOLD = (UnitUse.home, UnitUse.shop)


def _units(books: Books) -> Iterator[tuple[Occupancy, Unit, list[Occupancy]]]:
    """Each tie of today with its unit and with everybody who is tied to it today."""
    for tie in books.ties:
        everybody = [other for other in rows(Occupancy, unit_id=tie.unit_id) if other.lasts_on(books.day)]
        yield tie, session().get_one(Unit, tie.unit_id), everybody


def area_missing(books: Books) -> list[int]:
    named = [(tie, unit) for tie, unit, _all in _units(books) if tie.role in (*OWN, Role.tenant)]
    return [unit.id for _tie, unit in named if unit.use in MEASURED and not unit.built_area]


def occupancies_overlap(books: Books) -> Iterator[int]:
    for tie, unit, everybody in _units(books):
        others = [other for other in everybody if other.id != tie.id]
        twice = any(other.role is tie.role and other.customer_id == tie.customer_id for other in others)
        if twice or (_owns_all(tie) and any(_owns_all(other) and not _is_own(books, other) for other in others)):
            yield unit.id


def _owns_all(tie: Occupancy) -> bool:
    return tie.role is Role.owner and (tie.share is None or tie.share >= 100)


def _is_own(books: Books, tie: Occupancy) -> bool:
    return session().get_one(Customer, tie.customer_id).kept_id == books.customer.id


def roles_contradict(books: Books) -> Iterator[int]:
    for tie, unit, everybody in _units(books):
        rents = any(other.role is Role.tenant and _is_own(books, other) for other in everybody)
        if tie.role in OWN and rents:
            yield unit.id


def shares_wrong(books: Books) -> Iterator[int]:
    for tie, unit, everybody in _units(books):
        shares = [other.share for other in everybody if other.role in OWN and other.share is not None]
        if tie.role in OWN and shares and sum(shares) != 100:
            yield unit.id


def unit_without_owner(books: Books) -> Iterator[int]:
    for tie, unit, everybody in _units(books):
        sold = unit.use in SOLD and unit.status is not UnitStatus.unsold and unit.rent is None
        if tie.role in USE and sold and not any(other.role in OWN for other in everybody):
            yield unit.id


def areas_disagree(books: Books) -> list[int]:
    units = [unit for _tie, unit, _all in _units(books)]
    return [
        unit.id
        for unit in units
        if unit.inner_area is not None and unit.built_area is not None and unit.inner_area > unit.built_area
    ]


def unit_status_disagrees(books: Books) -> Iterator[int]:
    for tie, unit, everybody in _units(books):
        let_to_nobody = unit.status is UnitStatus.let and not any(other.role in USE for other in everybody)
        if let_to_nobody or (unit.status is UnitStatus.vacant and tie.role is Role.tenant):
            yield unit.id


def vehicle_without_space(books: Books) -> Iterator[int]:
    """Its space was the customer's and is no more, or is nobody's."""
    ever = {tie.unit_id for tie in books.of_files(Occupancy)}
    now = {tie.unit_id for tie in books.ties}
    for vehicle in books.live(Vehicle) if books.is_here else []:
        if vehicle.unit_id is None or vehicle.unit_id in now:
            continue
        taken = any(tie.lasts_on(books.day) for tie in rows(Occupancy, unit_id=vehicle.unit_id))
        if vehicle.unit_id in ever or not taken:
            yield vehicle.id


UNITS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        area_missing,
        occupancies_overlap,
        roles_contradict,
        shares_wrong,
        unit_without_owner,
        areas_disagree,
        unit_status_disagrees,
        vehicle_without_space,
    )
}
