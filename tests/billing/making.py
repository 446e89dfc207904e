"""Charge items, tariffs, bills and payments with the fewest arguments; beside tests/factories.py."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from crm.billing.charges.models import (
    Basis,
    ChargeItem,
    LegalBasis,
    MeterKind,
    SharedBy,
    SharedCost,
    Tariff,
    Terms,
)
from crm.billing.ledger.models import Bill, BillSource
from crm.billing.meters.models import Meter, MeterReading, ReadingKind, ReadingSheet
from crm.dates import months_later
from crm.db import open_session
from crm.properties.models import Estate, Unit, UnitUse
from crm.tenants.models import Customer
from tests import factories as make

MOMENT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
numbers = count(1)
SHARED: dict[str, Any] = {"basis": Basis.shared, "shared_by": SharedBy.built_area}


def _kept(row: Any) -> Any:
    with open_session() as db:
        db.add(row)
        db.commit()
    return row


def make_item(estate: Estate, name: str = "", basis: Basis = Basis.built_area, **given: Any) -> ChargeItem:
    return _kept(ChargeItem(estate_id=estate.id, name=name or f"物业服务费{next(numbers)}", basis=basis, **given))


def make_tariff(
    item: ChargeItem,
    price: str | None = "2.80",
    since: date = LONG_AGO,
    *,
    use: UnitUse | None = None,
    unit: Unit | None = None,
    terms: Terms | None = None,
    quantity: str | None = None,
) -> Tariff:
    """Without a price it is free."""
    return _kept(
        Tariff(
            item_id=item.id,
            unit_id=unit.id if unit else None,
            use=use,
            since=since,
            terms=terms or (Terms.free if price is None else Terms.priced),
            price=None if price is None else Decimal(price),
            quantity=None if quantity is None else Decimal(quantity),
            legal_basis=LegalBasis.contract,
            reference="前期物业服务合同 YG-2019-07",
            entered_by="郑凯",
            entered_at=MOMENT,
        )
    )


def make_shared_cost(
    item: ChargeItem, total: str = "1200.00", period: date = date(2026, 11, 1), **given: Any
) -> SharedCost:
    """`entered` is an open session that adds it, if one is given."""
    session = given.pop("entered", None)
    facts = {"item_id": item.id, "period": period, "total": Decimal(total), "entered_by": "郑凯", "entered_at": MOMENT}
    cost = SharedCost(**(facts | given))
    if session is None:
        return _kept(cost)
    session.add(cost)
    return cost


def make_bill(customer: Customer, amount: str = "300.00", period: date = date(2026, 1, 1), **given: Any) -> Bill:
    """One that somebody entered; `item` is another's if none is given."""
    item = given.pop("item", None) or make_item(Estate(id=customer.estate_id), basis=Basis.single)
    facts = {
        "estate_id": customer.estate_id,
        "customer_id": customer.id,
        "item_id": item.id,
        "source": BillSource.single,
        "period": period,
        "begins": period,
        "ends": months_later(period, 1),
        "due_on": period.replace(day=28),
        "month": period,
        "amount": Decimal(amount),
        "open": Decimal(amount),
        "issued_on": period,
        "issued_by": "郑凯",
        "issued_at": MOMENT,
    }
    return _kept(Bill(**(facts | given)))


def make_meter(estate: Estate, unit: Unit | None = None, base: str = "0", **given: Any) -> Meter:
    """Water, hung up long ago with its base reading; of a public place without a unit."""
    bound = {"estate_id": estate.id, "unit_id": unit.id if unit else None, "place": "" if unit else "3 栋公共照明"}
    facts = {"kind": MeterKind.water, "number": f"SB-{next(numbers):05d}", "installed_on": LONG_AGO}
    facts |= {"building_id": unit.building_id if unit else None}
    meter = _kept(Meter(**(bound | facts | given)))
    make_reading(meter, base, meter.installed_on, kind=ReadingKind.base)
    return meter


def make_reading(meter: Meter, value: str = "10", read_on: date = date(2026, 1, 20), **given: Any) -> MeterReading:
    facts = {"kind": ReadingKind.regular, "multiplier": meter.multiplier, "entered_by": "郑凯", "entered_at": MOMENT}
    return _kept(MeterReading(meter_id=meter.id, value=Decimal(value), read_on=read_on, **(facts | given)))


def make_odd_reading(estate: Estate) -> MeterReading:
    """Lower than the base."""
    return make_reading(make_meter(estate, make.make_unit(estate), "100"), "90")


def make_sheet(estate: Estate) -> ReadingSheet:
    """As a row only: its file is not in the store."""
    facts = {"kind": MeterKind.water, "read_on": date(2026, 1, 20), "sent_by": "郑凯", "sent_at": MOMENT}
    result = {"counts": {}, "refused": [{"sheet": "a", "row": 2, "column": "", "reason": ""}]}
    return _kept(ReadingSheet(estate_id=estate.id, upload_id=make.make_upload(estate).id, result=result, **facts))


def charges_and_meters(estate: Estate) -> dict[str, object]:
    """Argument name of a route -> id, for the walks through every page."""
    item = make_item(estate, **SHARED)
    make_tariff(make_item(estate))
    reading = make_odd_reading(estate)
    photo = make_reading(make_meter(estate), upload_id=make.make_upload(estate, "meter_reading").id)
    return {
        "charge_item_id": item.id,
        "shared_cost_id": make_shared_cost(item, upload_id=make.make_upload(estate, "shared_cost").id).id,
        "meter_id": reading.meter_id,
        "reading_id": photo.id,
        "sheet_id": make_sheet(estate).id,
    }
