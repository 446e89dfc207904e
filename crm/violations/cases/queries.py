"""Violations kept inside the acting person's estates: one whole, lists, what went before, what is to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import within
from crm.billing.deposits.models import Deposit, DepositRequest, RequestState
from crm.billing.deposits.queries import being_taken_back, held_of
from crm.correspondence.letters.models import Letter, LetterDelivery, LetterState
from crm.correspondence.letters.queries import ENTRIES
from crm.db import session
from crm.files.models import Upload
from crm.properties.models import Building, Estate, PublicArea, Unit
from crm.properties.queries import buildings_named, in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import File, in_same_file, kept_ids
from crm.tenants.unfiled import lies_in_a_dossier
from crm.violations.cases.models import (
    ENDED,
    TO_INSPECT,
    UNSETTLED,
    Violation,
    ViolationInspection,
    ViolationPhoto,
    ViolationPhotoStage,
    ViolationState,
    ViolationStep,
)
from crm.violations.types.models import ViolationType

KIND = "violation"  # as letters and papers name what they are about
SHEET = "violation_inspections"  # its second paper, as a kind of its own
Parent = aliased(ViolationType)
PREVIOUS, MOST_TO_INSPECT = 3, 200
# written out, as the indexes of open violations have it: no engine uses them for values that it cannot see
OPEN = Violation.state.not_in(bindparam("ended", ENDED, expanding=True, literal_execute=True))
IS_TO_INSPECT = and_(OPEN, Violation.state.in_(TO_INSPECT))
UNFILED = and_(
    Violation.state == ViolationState.filed,
    Violation.customer_id.is_not(None),
    ~and_(lies_in_a_dossier(KIND, Violation.id), lies_in_a_dossier(SHEET, Violation.id)),
)
COLUMNS = (
    Violation.id,
    Violation.number,
    Violation.version,
    Violation.state,
    Violation.found,
    Violation.found_at,
    Violation.found_by,
    Violation.spot,
    Violation.person,
    Violation.clause,
    Violation.estate_id,
    Violation.due_on,
    Violation.noted_by,
    Violation.noted_at,
    Violation.served_at,
    Violation.settlement,
    Violation.settled_at,
    Violation.deducted,
    ViolationType.name.label("type"),
    ViolationType.days,
    Parent.name.label("group"),
    Customer.id.label("customer_id"),
    Customer.name.label("customer"),
    Unit.label.label("unit"),
    Building.number.label("building"),
    PublicArea.name.label("area"),
    Estate.name.label("estate"),
)
PARTS = (
    Violation.estate,
    Violation.building,
    Violation.unit,
    Violation.public_area,
    Violation.customer,
    Violation.letter,
    Violation.deposit_request,
)


def get_violation(violation_id: int) -> Violation:
    """With what its page shows; 404 outside the person's estates, as every `get_` here does."""
    found = select(Violation).where(Violation.id == violation_id, within(Violation.estate_id))
    whole = [joinedload(part) for part in PARTS]
    typed = joinedload(Violation.type).joinedload(ViolationType.parent)
    return session().scalars(found.options(*whole, typed)).one_or_none() or abort(404)


def violations(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with its place, type and whose it is today; in the chosen estates, or in `scope`.

    Outer joins throughout: the violations are what an engine begins with, and what a count needs nothing else of.
    """
    return (
        select(*COLUMNS)
        .outerjoin(Estate, Estate.id == Violation.estate_id)
        .outerjoin(ViolationType, ViolationType.id == Violation.type_id)
        .outerjoin(Parent, Parent.id == ViolationType.parent_id)
        .outerjoin(File, File.id == Violation.customer_id)
        .outerjoin(Customer, Customer.id == File.kept_id)
        .outerjoin(Unit, Unit.id == Violation.unit_id)
        .outerjoin(Building, Building.id == Violation.building_id)
        .outerjoin(PublicArea, PublicArea.id == Violation.public_area_id)
        .where(in_chosen_estate(Violation.estate_id) if scope is None else scope)
    )


def every_violation() -> Select[int]:
    """What `violations` has, to count."""
    return select(Violation.id).where(in_chosen_estate(Violation.estate_id))


def place_of(row: Any) -> str:
    """Where it is, of a row of `violations`."""
    return " ".join(filter(None, (row.unit, row.area, row.spot)))


def previous_of(unit_id: int | None, customer_id: int | None, besides: int = 0) -> Sequence[Any]:
    """The last three of the unit or of the customer's file, in any of the person's estates."""
    whose = [Violation.unit_id == unit_id] if unit_id else []
    if customer_id:
        whose.append(in_same_file(Violation.customer_id, customer_id))
    return _previous(or_(*whose), besides) if whose else []


def previous_of_type(estate_id: int, type_id: int, besides: int = 0) -> Sequence[Any]:
    """The last three of the type in the estate."""
    return _previous(and_(Violation.estate_id == estate_id, Violation.type_id == type_id), besides)


def _previous(condition: ColumnElement[bool], besides: int) -> Sequence[Any]:
    found = violations(within(Violation.estate_id)).where(condition, Violation.id != besides)
    return session().execute(found.order_by(Violation.noted_at.desc(), Violation.id.desc()).limit(PREVIOUS)).all()


def inspections_of(violation_id: int) -> Sequence[ViolationInspection]:
    found = select(ViolationInspection).where(ViolationInspection.violation_id == violation_id)
    return session().scalars(found.order_by(ViolationInspection.id)).all()


def settled_step(violation: Violation) -> ViolationStep | None:
    """The last one that settled it, where it is settled: how, in words."""
    if violation.settlement is None:
        return None
    found = select(ViolationStep).filter_by(violation_id=violation.id, action="settle")
    return session().scalars(found.order_by(ViolationStep.id.desc()).limit(1)).one_or_none()


def photos_of(violation_id: int, stage: ViolationPhotoStage | None = None) -> Sequence[ViolationPhoto]:
    """With their files."""
    whose = ViolationPhoto.violation_id == violation_id
    return _photos(whose if stage is None else and_(whose, ViolationPhoto.stage == stage))


def _photos(condition: ColumnElement[bool]) -> Sequence[ViolationPhoto]:
    found = select(ViolationPhoto).where(condition).order_by(ViolationPhoto.id)
    return session().scalars(found.options(joinedload(ViolationPhoto.upload).joinedload(Upload.stored))).all()


def photos_called(violation_photo_ids: Sequence[int]) -> Sequence[ViolationPhoto]:
    return _photos(ViolationPhoto.id.in_(violation_photo_ids))


def get_photo(violation_photo_id: int) -> ViolationPhoto:
    found = select(ViolationPhoto).join(Violation, Violation.id == ViolationPhoto.violation_id)
    mine = found.where(ViolationPhoto.id == violation_photo_id, within(Violation.estate_id))
    whole = mine.options(joinedload(ViolationPhoto.upload).joinedload(Upload.stored))
    return session().scalars(whole).one_or_none() or abort(404)


def letters_of(violation_id: int) -> Sequence[Letter]:
    """What was written because of it, the newest first."""
    about = Letter.about_kind == KIND, Letter.about_id == violation_id
    return session().scalars(select(Letter).where(*about).order_by(Letter.id.desc())).all()


def deliveries_of(letter_ids: Sequence[int]) -> Sequence[LetterDelivery]:
    """How these letters went, as far as nothing was taken back, in their order."""
    found = select(LetterDelivery).where(LetterDelivery.letter_id.in_(letter_ids), ENTRIES.is_live())
    return session().scalars(found.order_by(LetterDelivery.id)).all()


def deposits_to_deduct_from(violation: Violation) -> Sequence[Deposit]:
    """What is held of the customer's whole file in the estate, the oldest first."""
    if violation.customer_id is None:
        return []
    [kept_id] = kept_ids([violation.customer_id])
    return [each for each in held_of(kept_id) if each.estate_id == violation.estate_id]


def deduction_under_way(violation: Violation) -> bool:
    """Whether a deduction was asked for and nobody has decided yet."""
    if violation.deposit_request_id is None:
        return False
    asked = select(DepositRequest.state).where(DepositRequest.id == violation.deposit_request_id)
    return session().scalar(asked) in (RequestState.requested, RequestState.approved)


def asked_as(violation_id: int) -> str:
    """How the keys of the requests begin that are made for the violation."""
    return f"{KIND}-{violation_id}-"


def taking_back_under_way(violation: Violation) -> bool:
    """Whether somebody asked to take a deduction for it back and nobody has decided yet."""
    if violation.deducted <= 0:
        return False
    return any(key.startswith(asked_as(violation.id)) for key in being_taken_back(violation.estate_id))


def notice_is_void(violation: Violation) -> bool:
    """The one that counts."""
    if violation.letter_id is None:
        return False
    return session().get_one(Letter, violation.letter_id).state is LetterState.void


def unsettled_of(deposit: Deposit) -> Violation | None:
    """The oldest in the deposit's estate that is not settled: of the customer's file, or of nobody known in the unit
    the deposit is for."""
    whose = in_same_file(Violation.customer_id, deposit.customer_id)
    if deposit.unit_id is not None:
        whose = or_(whose, and_(Violation.unit_id == deposit.unit_id, Violation.customer_id.is_(None)))
    found = select(Violation).where(OPEN, Violation.state.in_(UNSETTLED), Violation.estate_id == deposit.estate_id)
    return session().scalars(found.where(whose).order_by(Violation.id).limit(1)).one_or_none()


def to_inspect(until: date | None, building_id: int | None) -> Sequence[Any]:
    """What is to be looked at again by that day, in the order of a walk: by day, building and unit."""
    found = violations().where(IS_TO_INSPECT)
    if until is not None:
        found = found.where(Violation.due_on <= until)
    if building_id is not None:
        found = found.where(Violation.building_id == building_id)
    ordered = found.order_by(Violation.due_on, Building.sort_key, Unit.sort_key, Violation.id)
    return session().execute(ordered.limit(MOST_TO_INSPECT)).all()


def buildings(condition: ColumnElement[bool]) -> dict[int, str]:
    """Where these violations are: building id -> estate and number."""
    return buildings_named(select(Violation.building_id).where(condition, in_chosen_estate(Violation.estate_id)))


def due_counts(day: date) -> tuple[int, int, int]:
    """Of the chosen estates: not settled, to be looked at on that day, overdue by then."""
    waits = Violation.state.in_(TO_INSPECT)
    columns = (
        func.count(),
        func.sum(case((and_(waits, Violation.due_on == day), 1), else_=0)),
        func.sum(case((and_(waits, Violation.due_on < day), 1), else_=0)),
    )
    found = select(*columns).where(OPEN, Violation.state.in_(UNSETTLED), in_chosen_estate(Violation.estate_id))
    count, today, overdue = session().execute(found).one()
    return count, today or 0, overdue or 0


def find_called(number: str) -> int | None:
    """The id of the violation with this number, in the person's estates."""
    wanted = select(Violation.id).where(Violation.number == number.strip().upper(), within(Violation.estate_id))
    return session().scalars(wanted).one_or_none()
