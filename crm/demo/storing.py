"""Storing the demo company: building by building and package by package, so that memory stays flat.

It is one unit of work, however large: a demo that was ended half-way has stored nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random

from sqlalchemy import insert, select

from crm.archive.numbers.figures import COMPANY as COMPANY_ON_PAPERS
from crm.audit.log import record, write_log
from crm.auth.figures import SECOND_FACTOR
from crm.auth.models import Department, Supervision, User
from crm.auth.passwords import hash_password
from crm.auth.permissions import RoleName
from crm.auth.service import add_user
from crm.bulk import Ids
from crm.dates import Period, business_day
from crm.db import session
from crm.demo import (
    afterwards,
    archive,
    billing,
    calls,
    credit,
    disposal,
    engineering,
    handover,
    leaving,
    lending,
    meters,
    moves,
    on_site,
    properties,
    renovations,
    review,
    settling,
    tenants,
    vault,
)
from crm.demo import facts as told
from crm.demo.cases import storing as cases
from crm.demo.cast import CAST, DEMO_PASSWORD
from crm.demo.company import COMPANY_NAME
from crm.demo.place import Ground, Place, Standing
from crm.demo.repairs import storing as repairs
from crm.desk.handlers import forget, index_anew
from crm.policy.service import latest_of, set_value
from crm.properties.events import EstateAdded
from crm.properties.models import Estate

PARTS: tuple[Callable[[Place, Random, Period], None], ...] = (
    properties.store,
    tenants.store,
    archive.store,
    calls.store,
)
"""What each package has in a building, in the order in which they point to one another.

`store(place, dice, period)`: the dice are the package's own, so that another package changes nobody's past; `period`
is the history that is told.
"""

CompanyPart = Callable[[Ground, Random, Period], None]
COMPANY_PARTS: tuple[CompanyPart, ...] = (
    meters.store,
    billing.store,
    credit.store,
    handover.store,
    afterwards.store,
    vault.store,
    lending.store,
    disposal.store,
    repairs.store,
    cases.store,
    engineering.store,
    moves.store,
    leaving.store,
    renovations.store,
    on_site.store,
    settling.store,
    review.store,
)
"""What the company has beside its buildings, in the order in which they build on one another: what its meters
count, what its customers are charged and pay, then loans and guarantees, whatever the number of buildings, what becomes of
their dossiers, repairs, cases (complaints, violations, letters and notices), engineering files, who moves in and out, and
the filing reviews of it all.
"""


def store_parts(
    parts: Iterable[told.Part],
    ground: Ground,
    seed: int,
    period: Period,
    company: Sequence[CompanyPart] = COMPANY_PARTS,
) -> None:
    """Every part, estate by estate, with its history in `period`; then what the company has besides."""
    ids, standing = Ids(), Standing(0)
    for part in parts:
        estate_id = ground.estates[part.estate.code]
        if standing.estate_id != estate_id:
            standing = Standing(estate_id)
        _store(Place(part, standing, ground, ids), seed, period)
    ids.settle()
    for store in company:
        store(ground, Random(f"{seed}:{store.__module__}"), period)
        write_log(session())
    index_anew()


def _store(place: Place, seed: int, period: Period) -> None:
    for store in PARTS:
        store(place, Random(f"{seed}:{place.key}:{store.__module__}"), period)
    write_log(session())
    forget()


def store_ground(estates: Iterable[told.Estate]) -> Ground:
    """The estates themselves, and the cast."""
    stored = {estate.code: _store_estate(estate) for estate in estates}
    ground = Ground(stored, store_cast(stored))
    archive.store_room(ground.users)
    return ground


def _store_estate(estate: told.Estate) -> int:
    made = Estate(
        name=estate.name, company=COMPANY_NAME, address=estate.address, phone=estate.phone, built_on=estate.built_on
    )
    session().add(made)
    session().flush()
    record(EstateAdded(estate_id=made.id, name=made.name))
    return made.id


def store_cast(estate_ids: dict[str, int]) -> dict[str, int]:
    """The fixed cast with its departments; `estate_ids`: estate code -> id. Returns user name -> id."""
    names = list(dict.fromkeys(member.department for member in CAST))
    made = insert(Department).returning(Department.id, sort_by_parameter_order=True)
    departments = dict(zip(names, session().scalars(made, [{"name": name} for name in names]), strict=True))
    users: dict[str, User] = {}
    hashed = hash_password(DEMO_PASSWORD)
    for member in CAST:
        scope = None if member.estates is None else [estate_ids[code] for code in member.estates if code in estate_ids]
        users[member.username] = add_user(
            member.username,
            member.full_name,
            DEMO_PASSWORD,
            [RoleName(role) for role in member.roles],
            estate_ids=scope,
            department_id=departments[member.department],
            password_hash=hashed,
        )
    for member in CAST:
        if "deputy_general_manager" in member.roles:
            supervised = {users[name].department_id for name in member.supervises}
            session().add_all(Supervision(user_id=users[member.username].id, department_id=key) for key in supervised)
    _set_figures()
    return {username: user.id for username, user in users.items()}


def _set_figures() -> None:
    """A newcomer gets into the demo company with a password alone; its name stands on the archive's papers."""
    day = business_day()
    for figure, value in ((SECOND_FACTOR, "optional"), (COMPANY_ON_PAPERS, COMPANY_NAME)):
        latest = latest_of(figure).version
        set_value(figure, value, day, day, COMPANY_NAME, confirmed=False, latest=latest)


def has_company() -> bool:
    return session().scalar(select(Estate.id).limit(1)) is not None
