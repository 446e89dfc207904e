"""Renovations with what hangs on them, as they stand in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from crm.properties.models import Unit
from crm.renovations.cases.models import (
    BEFORE_PERMIT,
    Renovation,
    RenovationState,
    RenovationStep,
)
from crm.tenants.models import Customer
from tests import factories as make
from tests.repairs.making import kept

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)  # a Tuesday, 9 in the morning
DAY = date(2026, 11, 24)
S = RenovationState
serials = count(1)


def make_renovation(unit: Unit, customer: Customer, state: RenovationState = S.applied, **given: Any) -> Renovation:
    """At `state`, with the facts it must have by then and the step it came by."""
    number = make.make_number("装修", f"ZX2611-{next(serials):04d}-")
    facts: dict[str, Any] = {
        "number_id": number.id,
        "number": number.text,
        "estate_id": unit.estate_id,
        "building_id": unit.building_id,
        "unit_id": unit.id,
        "customer_id": customer.id,
        "contact": customer.name,
        "contact_phone": "13800000000",
        "contractor": "青海宏建装饰工程有限公司",
        "description": "厨卫改造，客厅地面",
        "starts_on": DAY,
        "ends_on": DAY + timedelta(days=60),
        "state": state,
        "deposit_asked": Decimal(3000),
        "applied_by": "李敏",
        "applied_at": NOW,
    }
    renovation = kept(Renovation(**facts | _permitted(state) | given))
    kept(
        RenovationStep(
            renovation_id=renovation.id,
            action="apply",
            from_state=None,
            to_state=state,
            taken_by="李敏",
            taken_at=NOW,
        )
    )
    return renovation


def _permitted(state: RenovationState) -> dict[str, Any]:
    if state in (*BEFORE_PERMIT, S.refused, S.withdrawn):
        return {}
    number = make.make_number("装修许可", f"XK2611-{next(serials):04d}-")
    return {
        "permit_number_id": number.id,
        "permit_number": number.text,
        "permitted_at": NOW,
        "valid_from": DAY,
        "valid_to": DAY + timedelta(days=89),
    }
