"""Renovations with what hangs on them, as they stand in the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select

from crm.billing.ledger.models import Bill
from crm.db import open_session
from crm.files.models import StoredFile, Upload
from crm.properties.models import Estate, Unit
from crm.renovations.cases.models import (
    BEFORE_PERMIT,
    Renovation,
    RenovationAlteration,
    RenovationDoing,
    RenovationExtension,
    RenovationFee,
    RenovationPaper,
    RenovationState,
    RenovationStep,
)
from crm.renovations.patrols.models import RenovationPatrolPlan
from crm.renovations.works.models import RenovationPaperKind, RenovationWork
from crm.tenants.models import Customer
from tests import factories as make
from tests.billing.making import make_bill
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
        "contact_phone": "13997015678",
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


def make_step(renovation: Renovation, action: str, taken_at: datetime, **given: Any) -> RenovationStep:
    facts: dict[str, Any] = {"renovation_id": renovation.id, "taken_by": "李敏", "from_state": None}
    facts |= {"action": action, "to_state": renovation.state, "taken_at": taken_at}
    return kept(RenovationStep(**facts | given))


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


def make_living(estate: Estate) -> Renovation:
    """In a unit of its own, by a firm of its own, with a permit that is live."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    made = make_renovation(unit, customer, S.permitted, contractor=f"装修公司{next(serials)}")
    do(made, "水电改造")
    return made


def work_called(name: str) -> RenovationWork:
    """Of the shipped tree."""
    with open_session() as db:
        found = select(RenovationWork).filter_by(name=name).where(RenovationWork.parent_id.is_not(None))
        return db.scalars(found).one()


def paper_called(title: str) -> RenovationPaperKind:
    with open_session() as db:
        return db.scalars(select(RenovationPaperKind).filter_by(title=title)).one()


def do(renovation: Renovation, *names: str) -> None:
    """What is done there."""
    for name in names:
        kept(RenovationDoing(renovation_id=renovation.id, work_id=work_called(name).id))


def make_extension(renovation: Renovation, **given: Any) -> RenovationExtension:
    valid_to = renovation.valid_to or DAY
    facts: dict[str, Any] = {
        "renovation_id": renovation.id,
        "valid_to": valid_to,
        "until": valid_to + timedelta(days=30),
        "reason": "瓷砖晚到",
        "late": False,
        "asked_by": "李敏",
        "asked_at": NOW,
    }
    return kept(RenovationExtension(**facts | given))


def make_alteration(renovation: Renovation, **given: Any) -> RenovationAlteration:
    facts: dict[str, Any] = {
        "renovation_id": renovation.id,
        "what": "开 90 厘米门洞",
        "place": "厨房与客厅之间的墙",
        "bears": False,
        "asked_by": "李敏",
        "asked_at": NOW,
    }
    return kept(RenovationAlteration(**facts | given))


def make_upload(estate_id: int) -> Upload:
    sha256 = f"e{next(serials):063x}"
    kept(StoredFile(sha256=sha256, sm3=sha256, size=4, media_type="application/pdf", pages=1))
    said = {"name": "图.pdf", "purpose": "renovation", "uploaded_by": "李敏", "uploaded_at": NOW}
    return kept(Upload(sha256=sha256, original_sha256=sha256, estate_id=estate_id, **said))


def make_paper(renovation: Renovation, title: str = "装修设计图", **given: Any) -> RenovationPaper:
    facts: dict[str, Any] = {
        "renovation_id": renovation.id,
        "kind_id": paper_called(title).id,
        "reason": "按原样翻新",
        "added_by": "李敏",
        "added_at": NOW,
    }
    return kept(RenovationPaper(**facts | given))


def make_fee(renovation: Renovation, bill: Bill) -> RenovationFee:
    return kept(RenovationFee(renovation_id=renovation.id, bill_id=bill.id, added_by="李敏", added_at=NOW))


def ids_of_renovations(estate: Estate) -> dict[str, object]:
    """One with all that hangs on it, and what is asked for."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    made = make_renovation(unit, customer, S.under_way)
    do(made, "全屋装修")
    upload = make_upload(estate.id)
    kept(RenovationPatrolPlan(renovation_id=made.id, estate_id=made.estate_id, next_on=DAY, every=3))
    return {
        "renovation_id": made.id,
        "renovation_paper_id": make_paper(made, upload_id=upload.id, reason="").id,
        "renovation_extension_id": make_extension(made).id,
        "renovation_alteration_id": make_alteration(made, upload_id=upload.id).id,
        "renovation_fee_id": make_fee(made, make_bill(customer)).id,
        "renovation_work_id": work_called("阳台封闭").id,
        "renovation_paper_kind_id": paper_called("装修设计图").id,
    }
