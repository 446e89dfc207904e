"""Renovations inside the acting person's estates: one whole, lists, what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.auth.actor import within
from crm.billing.ledger.models import Bill
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.renovations.cases.models import (
    ENDED,
    ON_SITE,
    Decision,
    Renovation,
    RenovationAlteration,
    RenovationDoing,
    RenovationExtension,
    RenovationFee,
    RenovationPaper,
    RenovationStep,
)
from crm.renovations.works.models import RenovationPaperKind, RenovationWork
from crm.renovations.works.needs import Facts, needed
from crm.renovations.works.queries import papers, papers_of_works
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.queries import File, in_same_file, lasts_on
from crm.violations.cases.models import Violation, ViolationState, ViolationStep
from crm.violations.cases.queries import violations
from crm.violations.types.models import ViolationType

KIND = "renovation"  # as letters, violations and papers name what they are about
# written out, as the indexes of open ones have it: no engine uses them for values that it cannot see
OPEN = Renovation.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
IS_ON_SITE = Renovation.state.in_(bindparam("on_site", ON_SITE, expanding=True, literal_execute=True))
OWNERS = (OccupancyRole.owner, OccupancyRole.co_owner)
NOT_PUT_RIGHT = (
    ViolationState.noted,
    ViolationState.notice_served,
    ViolationState.not_rectified,
    ViolationState.stopped,
    ViolationState.escalated,
)
KEPT = aliased(Customer)  # whose file it is today
COLUMNS = (
    Renovation.id,
    Renovation.number,
    Renovation.version,
    Renovation.state,
    Renovation.estate_id,
    Renovation.unit_id,
    Renovation.description,
    Renovation.contractor,
    Renovation.contractor_lead,
    Renovation.starts_on,
    Renovation.ends_on,
    Renovation.deposit_asked,
    Renovation.deposit_id,
    Renovation.permit_number,
    Renovation.valid_from,
    Renovation.valid_to,
    Renovation.begun_on,
    Renovation.done_on,
    Renovation.first_passed_on,
    Renovation.second_due_on,
    Renovation.applied_at,
    Renovation.applied_by,
    Renovation.permitted_at,
    KEPT.id.label("customer_id"),
    KEPT.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    Estate.name.label("estate"),
)
PARTS = (
    Renovation.estate,
    Renovation.building,
    Renovation.unit,
    Renovation.customer,
    Renovation.deposit,
)


def get_renovation(renovation_id: int) -> Renovation:
    """With what its page shows; 404 outside the person's estates, as every `get_` here does."""
    mine = _whole().where(Renovation.id == renovation_id, within(Renovation.estate_id))
    return session().scalars(mine).one_or_none() or abort(404)


def find_renovation(renovation_id: int) -> Renovation | None:
    """Whoever asks: for comparing a paper with what holds."""
    return session().scalars(_whole().where(Renovation.id == renovation_id)).one_or_none()


def _whole() -> Select[Renovation]:
    parts = [joinedload(part) for part in PARTS]
    works = selectinload(Renovation.works).joinedload(RenovationWork.parent)
    agreement = joinedload(Renovation.agreement).joinedload(Upload.stored)
    return select(Renovation).options(*parts, works, agreement)


def renovations(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with its unit and whose it is today; in the chosen estates, or in `scope`.

    Outer joins throughout: the renovations are what an engine begins with, and what a count needs nothing else of.
    """
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == Renovation.estate_id)
        .outerjoin(File, File.id == Renovation.customer_id)
        .outerjoin(KEPT, KEPT.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Renovation.unit_id)
        .outerjoin(Building, Building.id == Renovation.building_id)
        .where(in_chosen_estate(Renovation.estate_id) if scope is None else scope)
    )


def every_renovation() -> Select[int]:
    """What `renovations` has, to count."""
    return select(Renovation.id).where(in_chosen_estate(Renovation.estate_id))


def open_in(unit_id: int) -> Sequence[Renovation]:
    """Those of the unit that are not over, the oldest first."""
    found = select(Renovation).where(OPEN, Renovation.unit_id == unit_id)
    return session().scalars(found.order_by(Renovation.id)).all()


def on_site_in(unit_id: int) -> Sequence[Renovation]:
    """Those of the unit with a permit that is live."""
    found = select(Renovation).where(IS_ON_SITE, Renovation.unit_id == unit_id)
    return session().scalars(found.order_by(Renovation.id)).all()


def works_of(renovation_ids: Sequence[int]) -> dict[int, list[RenovationWork]]:
    """What is done there, in the tree's order."""
    found = select(RenovationDoing.renovation_id, RenovationWork).join(
        RenovationWork, RenovationWork.id == RenovationDoing.work_id
    )
    mine = found.where(RenovationDoing.renovation_id.in_(renovation_ids))
    works: dict[int, list[RenovationWork]] = {}
    for renovation_id, work in session().execute(mine.order_by(RenovationWork.position, RenovationWork.id)):
        works.setdefault(renovation_id, []).append(work)
    return works


def buildings(condition: ColumnElement[bool]) -> dict[int, str]:
    """Where these renovations are: building id -> estate and number."""
    return buildings_named(select(Renovation.building_id).where(condition, in_chosen_estate(Renovation.estate_id)))


def find_called(number: str) -> int | None:
    """The id of the renovation with this number, its own or its permit's, in the person's estates."""
    wanted = number.strip().upper()
    named = (Renovation.number == wanted) | (Renovation.permit_number == wanted)
    return session().scalars(select(Renovation.id).where(named, within(Renovation.estate_id))).first()


def expiring(until: date) -> ColumnElement[bool]:
    """The permit is live and ends by that day, or has ended."""
    return IS_ON_SITE & (Renovation.valid_to <= until)


def counts(*conditions: ColumnElement[bool]) -> list[int]:
    """How many of the chosen estates' renovations each condition holds for, in one statement."""
    columns = [func.count().filter(condition) for condition in conditions]
    return list(session().execute(select(*columns).where(OPEN, in_chosen_estate(Renovation.estate_id))).one())


def owns(customer_id: int, unit_id: int, day: date) -> bool:
    """Whether anybody of the customer's file owns the unit on that day."""
    found = select(Occupancy.id).where(
        Occupancy.unit_id == unit_id,
        Occupancy.role.in_(OWNERS),
        in_same_file(Occupancy.customer_id, customer_id),
        lasts_on(Occupancy, day),
    )
    return session().scalar(found.limit(1)) is not None


# Papers


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper of the checklist with what came of it last."""

    kind: RenovationPaperKind
    required: bool
    came: RenovationPaper | None

    @property
    def is_missing(self) -> bool:
        return self.required and self.came is None


def papers_of(renovation: Renovation) -> list[Wanted]:
    """What is asked for, in the company's order, and what was brought besides. `works` need not be loaded."""
    came = {row.kind_id: row for row in brought(renovation.id)}
    work_ids = select(RenovationDoing.work_id).where(RenovationDoing.renovation_id == renovation.id)
    bears = any(each.bears for each in alterations_of(renovation.id) if each.decision is not Decision.refused)
    facts = Facts(owns=renovation.owns, by_firm=bool(renovation.contractor), bears=bears)
    needs = needed(papers(), papers_of_works(session().scalars(work_ids).all()), facts)
    asked = [Wanted(need.kind, need.required, came.pop(need.kind.id, None)) for need in needs]
    return [*asked, *(Wanted(row.kind, required=False, came=row) for row in came.values())]


def brought(renovation_id: int) -> Sequence[RenovationPaper]:
    """All that came, in its order; of one kind the last counts."""
    found = select(RenovationPaper).where(RenovationPaper.renovation_id == renovation_id)
    whole = joinedload(RenovationPaper.kind), joinedload(RenovationPaper.upload).joinedload(Upload.stored)
    return session().scalars(found.options(*whole).order_by(RenovationPaper.id)).all()


def get_paper(renovation_paper_id: int) -> RenovationPaper:
    found = select(RenovationPaper).join(Renovation, Renovation.id == RenovationPaper.renovation_id)
    mine = found.where(RenovationPaper.id == renovation_paper_id, within(Renovation.estate_id))
    whole = (
        joinedload(RenovationPaper.kind),
        joinedload(RenovationPaper.renovation),
        joinedload(RenovationPaper.upload).joinedload(Upload.stored),
    )
    return session().scalars(mine.options(*whole)).one_or_none() or abort(404)


# What is asked for and decided


def extensions_of(renovation_id: int) -> Sequence[RenovationExtension]:
    found = select(RenovationExtension).where(RenovationExtension.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationExtension.id)).all()


def asked_extension(renovation_id: int) -> RenovationExtension | None:
    asked = select(RenovationExtension).filter_by(renovation_id=renovation_id, decision=Decision.asked)
    return session().scalars(asked).one_or_none()


def alterations_of(renovation_id: int) -> Sequence[RenovationAlteration]:
    found = select(RenovationAlteration).where(RenovationAlteration.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationAlteration.id)).all()


def undecided_alterations(renovation_id: int) -> Sequence[RenovationAlteration]:
    return [each for each in alterations_of(renovation_id) if each.decision is Decision.asked]


def get_extension(renovation_extension_id: int) -> RenovationExtension:
    found: RenovationExtension = _of_a_renovation(RenovationExtension, renovation_extension_id)
    return found


def get_alteration(renovation_alteration_id: int) -> RenovationAlteration:
    """With its drawing."""
    drawing = joinedload(RenovationAlteration.upload).joinedload(Upload.stored)
    found: RenovationAlteration = _of_a_renovation(RenovationAlteration, renovation_alteration_id, drawing)
    return found


def _of_a_renovation(model: Any, row_id: int, *options: Any) -> Any:
    """With the renovation and its unit; 404 outside the person's estates."""
    found = select(model).join(Renovation, Renovation.id == model.renovation_id)
    mine = found.where(model.id == row_id, within(Renovation.estate_id))
    whole = joinedload(model.renovation).joinedload(Renovation.unit)
    return session().scalars(mine.options(whole, *options)).one_or_none() or abort(404)


def fees_of(renovation_id: int) -> Sequence[RenovationFee]:
    """With their bills."""
    found = select(RenovationFee).where(RenovationFee.renovation_id == renovation_id)
    whole = joinedload(RenovationFee.bill).joinedload(Bill.item)
    return session().scalars(found.options(whole).order_by(RenovationFee.id)).all()


def steps_of(renovation_id: int) -> Sequence[RenovationStep]:
    found = select(RenovationStep).where(RenovationStep.renovation_id == renovation_id)
    return session().scalars(found.order_by(RenovationStep.id)).all()


def last_step(renovation_id: int, *actions: str) -> RenovationStep | None:
    found = select(RenovationStep).where(
        RenovationStep.renovation_id == renovation_id, RenovationStep.action.in_(actions)
    )
    return session().scalars(found.order_by(RenovationStep.id.desc()).limit(1)).one_or_none()


# Violations


def is_about(renovation: Renovation) -> ColumnElement[bool]:
    """Of violations: noted from the renovation, or found in its unit since it was applied for."""
    noted = and_(Violation.about_kind == KIND, Violation.about_id == renovation.id)
    until = renovation.closed_at
    there = and_(Violation.unit_id == renovation.unit_id, Violation.noted_at >= renovation.applied_at)
    return or_(noted, and_(there, Violation.noted_at <= until) if until else there)


def violations_of(renovation: Renovation) -> Sequence[Any]:
    """Rows of `crm.violations`, the newest first."""
    found = violations(within(Violation.estate_id)).where(is_about(renovation))
    return session().execute(found.order_by(Violation.noted_at.desc(), Violation.id.desc())).all()


def stopping(renovation: Renovation) -> Sequence[Violation]:
    """Those for which the work stands still: of a type that stops it, or stopped by hand, and not put right."""
    stopped = exists().where(ViolationStep.violation_id == Violation.id, ViolationStep.action == "stop")
    found = select(Violation).join(ViolationType, ViolationType.id == Violation.type_id)
    mine = found.where(is_about(renovation), or_(ViolationType.stops_work, stopped))
    return session().scalars(mine.where(Violation.state.in_(NOT_PUT_RIGHT)).order_by(Violation.id)).all()
