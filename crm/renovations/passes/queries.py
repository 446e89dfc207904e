"""Workers and passes inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.deposits.models import Deposit
from crm.billing.deposits.queries import held_of
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.renovations.cases.models import Renovation
from crm.renovations.passes.models import OUT, PassState, RenovationPass, RenovationPassStep, RenovationWorker
from crm.tenants.models import Customer
from crm.tenants.queries import File

WORKERS, PASSES = "renovation_workers", "renovation_passes"  # the two papers, as they are filed
DEPOSIT_KINDS = ("access_card", "other")
# written out, as the index of cards that are out has it: no engine uses it for values that it cannot see
IS_OUT = RenovationPass.state.in_(bindparam("out", OUT, expanding=True, literal_execute=True))
KEPT = aliased(Customer)  # whose file it is today
COLUMNS = (
    RenovationPass.id,
    RenovationPass.number,
    RenovationPass.version,
    RenovationPass.state,
    RenovationPass.estate_id,
    RenovationPass.renovation_id,
    RenovationPass.worker_id,
    RenovationPass.valid_from,
    RenovationPass.valid_to,
    RenovationPass.issued_at,
    RenovationPass.issued_by,
    RenovationPass.ended_at,
    RenovationPass.deposit_id,
    RenovationWorker.name,
    RenovationWorker.trade,
    RenovationWorker.id_masked,
    RenovationWorker.upload_id,
    Renovation.number.label("renovation"),
    Renovation.state.label("renovation_state"),
    Renovation.contractor,
    Renovation.contractor_lead,
    KEPT.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    Estate.name.label("estate"),
)


# Workers


def get_worker(renovation_worker_id: int) -> RenovationWorker:
    """With its renovation and unit; 404 outside the person's estates, as every `get_` here does."""
    found = select(RenovationWorker).join(Renovation, Renovation.id == RenovationWorker.renovation_id)
    mine = found.where(RenovationWorker.id == renovation_worker_id, within(Renovation.estate_id))
    place = joinedload(RenovationWorker.renovation).joinedload(Renovation.unit)
    photo = joinedload(RenovationWorker.upload).joinedload(Upload.stored)
    return session().scalars(mine.options(place, photo)).one_or_none() or abort(404)


def workers_of(renovation_id: int) -> Sequence[RenovationWorker]:
    """With their photos, in the order in which they were registered."""
    found = select(RenovationWorker).where(RenovationWorker.renovation_id == renovation_id)
    photo = joinedload(RenovationWorker.upload).joinedload(Upload.stored)
    return session().scalars(found.options(photo).order_by(RenovationWorker.id)).all()


def without_pass(renovation_id: int) -> Sequence[RenovationWorker]:
    """Whoever has no card that is good."""
    has = exists().where(RenovationPass.worker_id == RenovationWorker.id, RenovationPass.state == PassState.issued)
    found = select(RenovationWorker).where(RenovationWorker.renovation_id == renovation_id, ~has)
    return session().scalars(found.order_by(RenovationWorker.id)).all()


def withdrawn_elsewhere(id_indexes: Sequence[str], besides: int) -> dict[str, str]:
    """Of these people, who had a pass withdrawn in another renovation of the person's estates: index -> its number."""
    found = (
        select(RenovationWorker.id_index, RenovationPass.number)
        .join(RenovationPass, RenovationPass.worker_id == RenovationWorker.id)
        .join(RenovationPassStep, RenovationPassStep.pass_id == RenovationPass.id)
        .where(RenovationWorker.id_index.in_(id_indexes), RenovationWorker.renovation_id != besides)
        .where(RenovationPassStep.action == "withdraw", within(RenovationPass.estate_id))
    )
    return {row.id_index: row.number for row in session().execute(found)}


# Passes


def get_pass(renovation_pass_id: int) -> RenovationPass:
    """With worker and photo, renovation and unit, and its deposit."""
    found = select(RenovationPass).where(RenovationPass.id == renovation_pass_id, within(RenovationPass.estate_id))
    photo = joinedload(RenovationPass.worker).joinedload(RenovationWorker.upload).joinedload(Upload.stored)
    place = joinedload(RenovationPass.renovation).joinedload(Renovation.unit)
    parts = [joinedload(part) for part in (RenovationPass.estate, RenovationPass.deposit, RenovationPass.replaces)]
    return session().scalars(found.options(photo, place, *parts)).one_or_none() or abort(404)


def passes(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with its worker and where it leads; in the chosen estates, or in `scope`."""
    return (
        select(*COLUMNS)
        .outerjoin(Renovation, Renovation.id == RenovationPass.renovation_id)
        .outerjoin(RenovationWorker, RenovationWorker.id == RenovationPass.worker_id)
        .outerjoin(Estate, Estate.id == RenovationPass.estate_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(KEPT, KEPT.id == File.kept_id)
        .where(in_chosen_estate(RenovationPass.estate_id) if scope is None else scope)
    )


def passes_of(renovation_id: int) -> Sequence[Any]:
    """Rows of one renovation, those that are out first."""
    found = passes(within(RenovationPass.estate_id)).where(RenovationPass.renovation_id == renovation_id)
    return session().execute(found.order_by(IS_OUT.desc(), RenovationPass.id)).all()


def out_of(renovation_id: int) -> Sequence[RenovationPass]:
    """Cards that are in somebody's pocket, with their workers: each is handed in or reported lost before the deposit is
    settled."""
    found = select(RenovationPass).where(RenovationPass.renovation_id == renovation_id, IS_OUT)
    return session().scalars(found.options(joinedload(RenovationPass.worker)).order_by(RenovationPass.id)).all()


def issued_until(renovation_id: int, day: date) -> Sequence[RenovationPass]:
    """Those that are good until just that day."""
    found = select(RenovationPass).where(RenovationPass.renovation_id == renovation_id, RenovationPass.valid_to == day)
    return session().scalars(found.where(RenovationPass.state == PassState.issued).order_by(RenovationPass.id)).all()


def find_called(number: str) -> int | None:
    """The id of the pass with this number, in the person's estates."""
    wanted = select(RenovationPass.id).where(RenovationPass.number == number, within(RenovationPass.estate_id))
    return session().scalars(wanted).one_or_none()


def steps_of(renovation_pass_id: int) -> Sequence[RenovationPassStep]:
    found = select(RenovationPassStep).where(RenovationPassStep.pass_id == renovation_pass_id)
    return session().scalars(found.order_by(RenovationPassStep.id)).all()


def buildings(condition: ColumnElement[bool]) -> dict[int, str]:
    """Where these passes lead: building id -> estate and number."""
    there = select(Renovation.building_id).join(RenovationPass, RenovationPass.renovation_id == Renovation.id)
    return buildings_named(there.where(condition, in_chosen_estate(RenovationPass.estate_id)))


def every_pass() -> Select[int]:
    """What `passes` has, to count."""
    return select(RenovationPass.id).where(in_chosen_estate(RenovationPass.estate_id))


# Deposits


def deposits_for(renovation: Renovation) -> Sequence[Deposit]:
    """What is held of the customer in the unit that can stand for cards, the oldest first."""
    return [each for each in held_of(renovation.customer_id, renovation.unit_id) if each.kind in DEPOSIT_KINDS]


def secured_by(deposit_id: int) -> int:
    """How many cards are still out for which the deposit stands."""
    found = select(func.count()).select_from(RenovationPass).where(RenovationPass.deposit_id == deposit_id, IS_OUT)
    return session().scalars(found).one()
