"""应收与实收: of the bills of a month what was paid, adjusted and left open, by month, item, building or estate.

The collection rate 收缴率 is what was paid of these bills ÷ (what was charged less what was waived), both printed
beside it; void bills count nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Select, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from crm.billing.charges.models import ChargeItem
from crm.billing.ledger.models import Adjustment, AdjustmentKind, Bill
from crm.money import Fen
from crm.properties.models import Building, Estate, Unit
from crm.properties.queries import in_chosen_estate


class By(StrEnum):
    month = "month"
    item = "item"
    building = "building"
    estate = "estate"


BY_TITLES = {
    By.month: _l("By month"),
    By.item: _l("By charge item"),
    By.building: _l("By building"),
    By.estate: _l("By estate"),
}
GROUPS: dict[By, InstrumentedAttribute[Any]] = {
    By.month: Bill.period,
    By.item: ChargeItem.name,
    By.building: Building.number,
    By.estate: Estate.name,
}


@dataclass(frozen=True, slots=True)
class Share:
    """A bar of the picture: `height` and `paid` in per cent of the largest sum."""

    title: str
    charged: Decimal
    paid: Decimal
    height: Decimal
    paid_height: Decimal


def figures(by: By) -> Select[*tuple[Any, ...]]:
    """`group`, bills, charged, waived, written_off, paid, open of the bills that the person sees."""
    adjusted = _adjusted()
    waived, written_off = (func.coalesce(column, 0) for column in (adjusted.c.waived, adjusted.c.written_off))
    group, charged, still = GROUPS[by], func.sum(Bill.amount), func.sum(Bill.open)
    sums = (func.sum(waived), func.sum(written_off))
    found = (
        select(
            group.label("group"),
            func.count(Bill.id).label("bills"),
            charged.label("charged"),
            sums[0].label("waived"),
            sums[1].label("written_off"),
            type_coerce(_plain_sum(charged, still, *sums), Fen).label("paid"),
            still.label("open"),
        )
        .outerjoin(adjusted, adjusted.c.bill_id == Bill.id)
        .where(in_chosen_estate(Bill.estate_id), ~Bill.voided)
        .group_by(group)
    )
    return _joined(found, by)


def _plain_sum(first: Any, *less: Any) -> Any:
    """One sum less others, as the whole numbers the database keeps."""
    found: Any = type_coerce(first, BigInteger)
    for each in less:
        found = found - type_coerce(each, BigInteger)
    return found


def _joined(found: Select[*tuple[Any, ...]], by: By) -> Select[*tuple[Any, ...]]:
    if by is By.item:
        return found.join(ChargeItem, ChargeItem.id == Bill.item_id)
    if by is By.building:
        return found.join(Unit, Unit.id == Bill.unit_id).join(Building, Building.id == Unit.building_id)
    return found.join(Estate, Estate.id == Bill.estate_id) if by is By.estate else found


def _adjusted() -> Any:
    """Of each bill what was waived and what written off, less what was taken back of it."""
    kinds = (AdjustmentKind.waiver, AdjustmentKind.write_off)
    sums = [func.sum(Adjustment.amount).filter(Adjustment.kind == kind) for kind in kinds]
    return (
        select(Adjustment.bill_id, sums[0].label("waived"), sums[1].label("written_off"))
        .where(in_chosen_estate(Adjustment.estate_id), Adjustment.bill_id.is_not(None))
        .group_by(Adjustment.bill_id)
        .subquery("adjusted")
    )


def rate(row: Any) -> Decimal | None:
    """收缴率 in per cent with one decimal; None where nothing was to be paid."""
    due = row.charged - row.waived
    return (row.paid * 100 / due).quantize(Decimal("0.1")) if due else None


def bars(rows: list[Any], title: Any) -> list[Share]:
    largest = max((row.charged for row in rows), default=Decimal(0)) or Decimal(1)
    return [
        Share(
            title=title(row),
            charged=row.charged,
            paid=row.paid,
            height=(row.charged * 100 / largest).quantize(Decimal("0.1")),
            paid_height=(row.paid * 100 / largest).quantize(Decimal("0.1")),
        )
        for row in rows
    ]
