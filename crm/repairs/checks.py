"""What the filing review asks about repairs: the job's sheet belongs into the dossier (P-14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from crm.archive.dossiers.checking import PROPERTY, Check, Measure, Where, finding
from crm.auth.permissions import RoleName
from crm.dates import beginning_of
from crm.repairs.orders.figures import UNFILED_DAYS
from crm.repairs.orders.models import OrderState, RepairOrder, RepairStep
from crm.repairs.orders.queries import IS_UNFINISHED
from crm.repairs.orders.service.filing import KIND
from crm.tenants.queries import File, of_dossiers
from crm.tenants.unfiled import lies_in_theirs


def _unfiled(day: date) -> Select[*tuple[Any, ...]]:
    found = of_dossiers(*finding(key=RepairOrder.number, about_id=RepairOrder.id, detail=RepairOrder.number))
    theirs = found.join(RepairOrder, RepairOrder.customer_id == File.id)
    return theirs.where(_waits(day), ~lies_in_theirs(KIND, RepairOrder.id))


def _waits(day: date) -> ColumnElement[bool]:
    """The customer was asked and nobody filed it, or nobody asked: for so many days."""
    last = day - timedelta(days=UNFILED_DAYS.on(day))
    just_asked = exists().where(
        RepairStep.repair_order_id == RepairOrder.id,
        RepairStep.to_state == OrderState.visited,
        RepairStep.taken_at >= beginning_of(last),
    )
    return or_(
        and_(RepairOrder.state == OrderState.visited, ~just_asked),
        and_(RepairOrder.state == OrderState.confirmed, RepairOrder.visit_due_on < last),
    )


def pressing(_day: date) -> Select[Any]:
    """Whoever waits for us to mend something."""
    return select(RepairOrder.customer_id).where(IS_UNFINISHED, RepairOrder.customer_id.is_not(None))


def _page(where: Where) -> str:
    return url_for("repairs.show", repair_id=where.about_id)


CHECKS = (
    Check(
        kind="repair_unfiled",
        title=_l("A repair is done and not filed"),
        advice=_l("Make the return visit and file the order: its sheet then lies in the dossier."),
        measure=Measure.complete,
        kinds=PROPERTY,
        role=RoleName.service_desk,
        find=_unfiled,
        page=_page,
    ),
)
