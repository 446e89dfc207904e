"""Faults about money, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm.billing.arrears.promises.models import PlanState
from crm.billing.charges.models import Basis
from crm.billing.ledger.models import Bill, BillSource
from crm.properties.models import Estate
from crm.tenants.models import OccupancyRole
from tests import factories as make
from tests.billing.arrears.making import make_plan
from tests.billing.deposits.making import make_deposit
from tests.billing.making import make_bill, make_item, make_tariff
from tests.billing.runs.making import make_run
from tests.review.faults_cases import AREA, Filed, Maker, ago, day_ago, filed


def _billed(estate: Estate, quantity: str, period: date, whose: Filed | None = None, **given: Any) -> int:
    whose, item = whose or filed(estate), make_item(estate, basis=Basis.built_area)
    run_bill(whose, item, quantity, period, **given)
    return whose.dossier.id


def run_bill(whose: Filed, item: Any, quantity: str, period: date, **given: Any) -> Bill:
    run = make_run(item, period)
    facts = {"run_id": run.id, "source": BillSource.run, "unit_id": whose.unit.id, "item": item}
    facts |= {"quantity": Decimal(quantity), "price": Decimal("2.80"), "days": 30, "days_of": 30}
    return make_bill(whose.customer, "200.00", period, **(facts | given))


def _last_month() -> date:
    return (day_ago(0).replace(day=1) - timedelta(days=1)).replace(day=1)


def billed_area_differs(estate: Estate) -> int:
    return _billed(estate, "89.500", _last_month())


def billed_by_the_area_of_the_file(estate: Estate) -> int:
    return _billed(estate, "98.500", _last_month())


def billed_by_an_agreed_quantity(estate: Estate) -> int:
    whose, item = filed(estate), make_item(estate, basis=Basis.built_area)
    agreed = make_tariff(item, unit=whose.unit, quantity="60.000")
    run_bill(whose, item, "60.000", _last_month(), tariff_id=agreed.id)
    return whose.dossier.id


def billed_rightly_since(estate: Estate) -> int:
    """The month before was billed by the old area."""
    whose, item = filed(estate), make_item(estate, basis=Basis.built_area)
    for months, quantity in ((date(2026, 1, 1), "89.500"), (date(2026, 2, 1), "98.500")):
        run_bill(whose, item, quantity, months)
    return whose.dossier.id


def billed_wrongly_and_void(estate: Estate) -> int:
    return _billed(estate, "89.500", _last_month(), voided=True, open=Decimal(0))


def billed_elsewhere(estate: Estate) -> int:
    whose, other = filed(estate), filed(estate)
    return _billed(estate, "98.500", _last_month(), Filed(whose.customer, other.unit, whose.dossier))


def billed_before_leaving(estate: Estate) -> int:
    unit, last = make.make_unit(estate, built_area=AREA), _last_month()
    customer = make.make_customer(estate)
    make.make_occupancy(customer, unit, OccupancyRole.tenant, ends=last + timedelta(days=10))
    dossier = make.make_dossier(estate, subject_id=customer.id)
    return _billed(estate, "98.500", last, Filed(customer, unit, dossier))


def billed_as_another_file(estate: Estate) -> int:
    """The unit hangs on the file that was merged into the one that pays."""
    former = filed(estate)
    customer = make.make_customer(estate)
    make.make_merge(customer, former.customer)
    dossier = make.make_dossier(estate, subject_id=customer.id)
    return _billed(estate, "98.500", _last_month(), Filed(customer, former.unit, dossier))


def billed_elsewhere_and_paid(estate: Estate) -> int:
    whose, other = filed(estate), filed(estate)
    return _billed(estate, "98.500", _last_month(), Filed(whose.customer, other.unit, whose.dossier), open=Decimal(0))


def _planned(estate: Estate, **given: Any) -> int:
    whose = filed(estate)
    bill = make_bill(whose.customer)
    make_plan([bill], [(day_ago(-30), "300.00")], **({"decided_at": ago(20)} | given))
    return whose.dossier.id


def plan_unsigned(estate: Estate) -> int:
    return _planned(estate)


def plan_signed(estate: Estate) -> int:
    return _planned(estate, upload_id=make.make_upload(estate, "arrears").id)


def plan_approved_just_now(estate: Estate) -> int:
    return _planned(estate, decided_at=ago(2))


def plan_ended(estate: Estate) -> int:
    return _planned(estate, state=PlanState.ended, ended_on=day_ago(1), ended_by="何芳")


def _deposited(estate: Estate, **given: Any) -> int:
    whose = filed(estate)
    make_deposit(whose.customer, unit=whose.unit, **given)
    return whose.dossier.id


def deposit_overdue(estate: Estate) -> int:
    return _deposited(estate, taken_on=day_ago(300), due_back_on=day_ago(60))


def deposit_of_who_left(estate: Estate) -> int:
    unit, customer = make.make_unit(estate), make.make_customer(estate)
    make.make_occupancy(customer, unit, OccupancyRole.tenant, starts=day_ago(400), ends=day_ago(90))
    make_deposit(customer, unit=unit)
    return make.make_dossier(estate, subject_id=customer.id).id


def deposit_due_just_now(estate: Estate) -> int:
    return _deposited(estate, due_back_on=day_ago(5))


def deposit_until_the_unit_is_left(estate: Estate) -> int:
    return _deposited(estate)


def deposit_given_back(estate: Estate) -> int:
    return _deposited(estate, due_back_on=day_ago(60), balance=Decimal(0))


FAULTS: dict[str, Maker] = {
    "billed_area_differs": billed_area_differs,
    "billed_elsewhere": billed_elsewhere,
    "plan_unsigned": plan_unsigned,
    "deposit_overdue": deposit_overdue,
}
MORE: tuple[tuple[str, Maker], ...] = (("deposit_overdue", deposit_of_who_left),)
INNOCENT: tuple[Maker, ...] = (
    billed_by_the_area_of_the_file,
    billed_by_an_agreed_quantity,
    billed_rightly_since,
    billed_wrongly_and_void,
    billed_before_leaving,
    billed_as_another_file,
    billed_elsewhere_and_paid,
    plan_signed,
    plan_approved_just_now,
    plan_ended,
    deposit_due_just_now,
    deposit_until_the_unit_is_left,
    deposit_given_back,
)
