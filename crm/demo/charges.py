"""What the demo company charges for, and at which prices from when on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.billing.arithmetic import first_of, next_month
from crm.billing.charges.models import (
    Basis,
    ChargeItem,
    LegalBasis,
    MeterKind,
    Payer,
    SharedBy,
    Tariff,
    Terms,
)
from crm.dates import Period, business_day, utc_now
from crm.db import session
from crm.properties.models import UnitUse

CONTRACT = "前期物业服务合同"
LONG_AGO = date(2018, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """`prices`: use -> yuan; None for every use. `raised`: from the middle of the history on."""

    name: str
    basis: Basis
    prices: dict[UnitUse | None, str]
    raised: dict[UnitUse | None, str] | None = None
    payer: Payer = Payer.owner
    legal_basis: LegalBasis = LegalBasis.contract
    reference: str = CONTRACT
    meter_kind: MeterKind | None = None
    shared_by: SharedBy | None = None


ITEMS = (
    Item(
        name="物业服务费",
        basis=Basis.built_area,
        prices={UnitUse.home: "2.60", UnitUse.shop: "4.50", UnitUse.office: "9.80"},
        raised={UnitUse.home: "2.80"},
    ),
    Item(
        name="生活垃圾处理费",
        basis=Basis.fixed,
        prices={UnitUse.home: "8", UnitUse.shop: "60"},
        payer=Payer.occupant,
        legal_basis=LegalBasis.government_price,
        reference="长发改价费〔2017〕42号",
    ),
    Item(name="车位管理费", basis=Basis.fixed, prices={UnitUse.parking: "80"}, legal_basis=LegalBasis.price_filing),
    Item(name="装修垃圾清运费", basis=Basis.single, prices={}),
    Item(name="违约金", basis=Basis.late_fee, prices={}),
)


def months_of(period: Period) -> Iterator[date]:
    """Whole months of the history, this one included."""
    month = first_of(period.starts) if period.starts.day == 1 else next_month(period.starts)
    while month <= business_day():
        yield month
        month = next_month(month)


def store_items(
    estate_ids: Iterable[int], raised_on: date, items: Sequence[Item] = ITEMS, first: int = 0
) -> dict[int, list[ChargeItem]]:
    """Items with their tariffs, estate by estate; `first`: how many stand before them in the lists."""
    return {
        estate_id: [_stored(estate_id, place, item, raised_on) for place, item in enumerate(items, start=first)]
        for estate_id in estate_ids
    }


def _stored(estate_id: int, place: int, item: Item, raised_on: date) -> ChargeItem:
    made = ChargeItem(
        estate_id=estate_id,
        name=item.name,
        basis=item.basis,
        payer=item.payer,
        meter_kind=item.meter_kind,
        shared_by=item.shared_by,
        position=place,
    )
    session().add(made)
    session().flush()
    for prices, since in ((item.prices, LONG_AGO), (item.raised or {}, raised_on)):
        session().add_all(_tariff(made.id, item, use, price, since) for use, price in prices.items())
    session().flush()
    return made


def _tariff(item_id: int, item: Item, use: UnitUse | None, price: str, since: date) -> Tariff:
    first = since == LONG_AGO
    return Tariff(
        item_id=item_id,
        use=use,
        since=since,
        terms=Terms.priced,
        price=Decimal(price),
        legal_basis=item.legal_basis if first else LegalBasis.owners_resolution,
        reference=item.reference if first else "业主大会决议第3号",
        entered_by="郑凯",
        entered_at=utc_now(),
    )
