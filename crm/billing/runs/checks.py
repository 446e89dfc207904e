"""What the filing review asks about bills: charged by the area of the unit's file, and to who was there. P-03."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.archive.dossiers.models import Dossier
from crm.auth.permissions import RoleName
from crm.billing.charges.models import ChargeItem, Tariff
from crm.billing.ledger.invariants import whole
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.ledger.queries import NOUGHT
from crm.billing.runs.models import BillingRun, RunState
from crm.billing.runs.stretches import AREAS
from crm.db import session
from crm.properties.models import Unit
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import File, of_dossiers

Other = aliased(Customer)  # any file of who has the unit


def _bills(*columns: Any) -> Select[*tuple[Any, ...]]:
    charged = of_dossiers(*columns).join(Bill, Bill.customer_id == File.id).join(Unit, Unit.id == Bill.unit_id)
    return charged.where(Bill.source == BillSource.run, Bill.voided.is_(False))


def _area_differs(_day: date) -> Select[*tuple[Any, ...]]:
    """Of the last month of each item that is charged by area; a price with a quantity of its own says its own."""
    runs = _last_runs()
    area = case({basis: whole(column) for basis, column in AREAS.items()}, value=ChargeItem.basis) * 10
    differs = or_(area.is_(None), whole(Bill.quantity) != area)  # thousandths, as the bill has them
    found = _bills(*finding(key=Unit.label, about_id=Unit.id, detail=Unit.label)).join(
        ChargeItem, ChargeItem.id == Bill.item_id
    )
    agreed = found.outerjoin(Tariff, Tariff.id == Bill.tariff_id).where(Tariff.quantity.is_(None))
    of_last = Bill.run_id.in_([run.id for run in runs]), Bill.due_on.in_({run.due_on for run in runs})
    return agreed.where(*of_last, differs)  # by customer and due day: so an index finds them


def _last_runs() -> Sequence[BillingRun]:
    """Of each item that is charged by area, the last month that is published."""
    published = BillingRun.state == RunState.published
    months = select(BillingRun.item_id, func.max(BillingRun.period).label("period")).where(published)
    last = months.group_by(BillingRun.item_id).subquery()
    this = and_(last.c.item_id == BillingRun.item_id, last.c.period == BillingRun.period)
    found = select(BillingRun).join(last, this).join(ChargeItem, ChargeItem.id == BillingRun.item_id)
    return session().scalars(found.where(ChargeItem.basis.in_(AREAS))).all()


def _billed_elsewhere(_day: date) -> Select[*tuple[Any, ...]]:
    """Owed for days on which nobody of the customer's file had the unit."""
    unpaid = Bill.estate_id == Dossier.estate_id, Bill.open > NOUGHT
    there = (
        Occupancy.unit_id == Bill.unit_id,
        or_(Occupancy.starts.is_(None), Occupancy.starts < Bill.ends),
        or_(Occupancy.ends.is_(None), Occupancy.ends > Bill.begins),
        Other.id == Occupancy.customer_id,
        Other.kept_id == Dossier.subject_id,
    )
    lived = exists().where(*there).correlate(Bill, Dossier)
    return _bills(*finding(key=Unit.label, about_id=Bill.id, detail=Unit.label)).where(*unpaid, ~lived)


def _unit(where: Where) -> str:
    return url_for("properties.edit_unit", unit_id=where.about_id)


def _bill(where: Where) -> str:
    return url_for("billing.bill", bill_id=where.about_id)


CHECKS = (
    Check(
        kind="billed_area_differs",
        title=_l("The unit was billed by another area than its file has"),
        advice=_l("Compare with the certificate: correct the unit, or have the last bill made void and billed anew."),
        measure=Measure.accurate,
        kinds=PROPERTY,
        role=RoleName.desk_supervisor,
        find=_area_differs,
        page=_unit,
    ),
    Check(
        kind="billed_elsewhere",
        title=_l("Billed for a unit that was not the customer's"),
        advice=_l("Correct who had the unit when, or have the bill made void and billed to whoever had it."),
        measure=Measure.accurate,
        kinds=PROPERTY,
        role=RoleName.billing_supervisor,
        find=_billed_elsewhere,
        page=_bill,
    ),
)
