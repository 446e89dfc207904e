"""Cases, letters and money: each fault is found, what is like it is not, and what is mended is found no more."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service import DocumentFacts, file_document
from crm.billing.arrears.promises import service as plans
from crm.billing.arrears.promises.models import InstalmentPlan
from crm.complaints.cases.models import Complaint
from crm.complaints.cases.service.ending import filed as end_complaint
from crm.dates import business_day
from crm.properties.models import Estate, Unit
from crm.properties.service import change_unit
from crm.repairs.orders import service as repairs
from crm.repairs.orders.models import OrderState, RepairOrder
from crm.review.checks import checks, pressing
from crm.tenants.models import Occupancy
from crm.violations.cases.models import ViolationState
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill
from tests.complaints.making import make_caller, make_case
from tests.repairs.making import make_order
from tests.review import faults_cases as faults
from tests.review import faults_engineering, faults_money, faults_moves, faults_renovations
from tests.review.looked import found_in, places
from tests.violations.making import make_violation

Work = Callable[..., Any]
ROOMS = (faults, faults_money, faults_engineering, faults_moves, faults_renovations)
FAULTS = {kind: maker for room in ROOMS for kind, maker in room.FAULTS.items()}
MORE = tuple(each for room in ROOMS for each in room.MORE)
INNOCENT = tuple(maker for room in ROOMS for maker in room.INNOCENT)


def test_every_fault_is_found_and_nothing_like_it(work: Work, estate: Estate) -> None:
    wrong = [(kind, maker(estate)) for kind, maker in (*FAULTS.items(), *MORE)]
    innocent = {maker(estate): maker.__name__ for maker in INNOCENT}

    found = found_in(work, [*(dossier_id for _kind, dossier_id in wrong), *innocent])

    mine = FAULTS.keys()
    assert [(kind, found[dossier_id].keys() & mine) for kind, dossier_id in wrong] == [
        (kind, {kind}) for kind, _dossier_id in wrong
    ]
    assert {name: found[key].keys() & mine for key, name in innocent.items() if found[key].keys() & mine} == {}


def test_each_names_the_place_that_mends_it(
    app: Flask, work: Work, estate: Estate, sign_in: Callable[[str], FlaskClient]
) -> None:
    addresses = places(app, work, {kind: maker(estate) for kind, maker in FAULTS.items()})

    answers = {kind: sign_in(checks[kind].role).get(address).status_code for kind, address in addresses.items()}
    assert answers == dict.fromkeys(FAULTS, 200)


def test_what_is_mended_is_found_no_more(work: Work, estate: Estate) -> None:
    made = {kind: FAULTS[kind](estate) for kind in MENDED}
    before = found_in(work, made.values())
    assert [kind for kind, key in made.items() if kind in before[key]] == list(MENDED)

    for kind, mend in MENDED.items():
        with work(as_("limin")) as db:
            mend(db, db.get_one(Dossier, made[kind]))

    after = found_in(work, made.values())
    assert [kind for kind, key in made.items() if kind in after[key]] == []


def _file_repair(db: Session, dossier: Dossier) -> None:
    repairs.file(db.scalars(select(RepairOrder).filter_by(customer_id=dossier.subject_id)).one())


def _file_complaint(db: Session, dossier: Dossier) -> None:
    """As the job does it that is asked for anew."""
    case = db.scalars(select(Complaint).filter_by(customer_id=dossier.subject_id)).one()
    facts = DocumentFacts(title="投诉处理单", doc_no=case.number, source_kind="complaint", source_id=case.id)
    file_document("customer", dossier.subject_id, "complaint", facts)
    end_complaint(case.id)


def _sign_plan(db: Session, dossier: Dossier) -> None:
    plan = db.scalars(select(InstalmentPlan).filter_by(customer_id=dossier.subject_id)).one()
    plans.sign(plan, make.make_upload(None, "arrears").id)


def _correct_area(db: Session, dossier: Dossier) -> None:
    lived_in = select(Occupancy.unit_id).filter_by(customer_id=dossier.subject_id)
    unit = db.scalars(select(Unit).where(Unit.id.in_(lived_in)).options(*map(joinedload, PLACE))).one()
    change_unit(unit, unit.building, unit.entrance.number, {"built_area": Decimal("89.50")})


PLACE = (Unit.building, Unit.entrance)
MENDED = {
    "repair_unfiled": _file_repair,
    "complaint_unfiled": _file_complaint,
    "plan_unsigned": _sign_plan,
    "billed_area_differs": _correct_area,
}


def test_debts_and_open_cases_press(work: Work, estate: Estate) -> None:
    customers = [make.make_customer(estate) for _each in range(8)]
    late, due, complains, anonymous, waits, mended, disturbs, settled = customers
    make_bill(late, due_on=faults.day_ago(91))
    make_bill(due, due_on=faults.day_ago(90))
    make_caller(make_case(estate), complains)
    make_caller(make_case(estate), anonymous, anonymous=True)
    make_order(estate, customer_id=waits.id)
    make_order(estate, OrderState.visited, customer_id=mended.id)
    make_violation(estate, customer_id=disturbs.id)
    make_violation(estate, ViolationState.settled, customer_id=settled.id)

    with work() as db:
        found = {key for source in pressing for key in db.scalars(source(business_day()))}

    assert found & {each.id for each in customers} == {each.id for each in (late, complains, waits, disturbs)}
