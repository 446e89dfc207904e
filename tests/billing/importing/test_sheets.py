"""The fee sheets that the first import kept become charge items and prices, once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from crm.billing.charges.models import Basis, ChargeItem, LegalBasis, Tariff, Terms
from crm.billing.importing.sheets.reading import Part, Unusable, setting
from crm.imports import service as imports
from crm.properties.models import UnitUse
from tests.billing.making import make_item, make_tariff
from tests.imports.replicas import FEE_SETTINGS
from tests.imports.workbooks import workbook

KEPT = "/billing/imports/kept"
UNITS = ["楼栋编号", "单元编号", "房屋编号", "房屋类型", "建筑面积", "房屋费用", "费用开始时间"]


@pytest.fixture
def supervisor(sign_in):
    return sign_in("zhengkai")


def kept(work, estate, *units, settings=FEE_SETTINGS, name="小区.xlsx"):
    content = workbook({"费用设置": settings, "房屋信息": [UNITS, *units]})
    with work():
        file = imports.open_file(content, name)
        imports.carry_out(imports.upload(file, content, estate.name), file)


def prices(db):
    """(item, unit's label or use, since, price) of every tariff."""
    rows = db.scalars(select(Tariff).order_by(Tariff.id)).all()
    items = dict(db.execute(select(ChargeItem.id, ChargeItem.name)).all())
    return [(items[row.item_id], row.unit_id is None and row.use, row.since, row.price) for row in rows]


def test_the_real_sheets(supervisor, work, db, estate):
    """Of two fees, one the homes have all alike; the price of an area and its extra fee are two items."""
    rows = [
        [1, 1, 1011, 110, 94.56, "1#2", "2020-06-10#2020-07-10"],
        [1, 1, 1012, 110, 94.56, "1#2", "2020-06-10#2020-06-10"],
    ]
    kept(work, estate, *rows, [1, 1, 1013, 120, 50, "1#7", "2020-06-10#2020-06-10"])
    assert "小区.xlsx" in supervisor.get(KEPT).text
    page = f"{KEPT}/{estate.id}"
    shown = supervisor.get(page).text
    assert "测试收费1附加费" in shown or "测试收费1: extra fee" in shown
    assert "费用编号" in shown or "Number of the fee" in shown
    assert supervisor.post(page).status_code == 302
    one, two = date(2020, 6, 10), date(2020, 7, 10)
    homes = [row for row in prices(db) if row[1]]
    assert homes == [("测试收费1", UnitUse.home, one, Decimal("1.3")), (homes[1][0], UnitUse.home, one, Decimal(20))]
    own = sorted(row[2:] for row in prices(db) if row[0] == "测试收费2")
    assert own == [(one, Decimal(1)), (two, Decimal(1))]
    tariff = db.scalars(select(Tariff)).first()
    assert (tariff.legal_basis, tariff.reference, tariff.entered_by) == (LegalBasis.imported, "小区.xlsx", "郑凯")
    bases = dict(db.execute(select(ChargeItem.name, ChargeItem.basis)).all())
    assert (bases["测试收费1"], bases["测试收费2"]) == (Basis.built_area, Basis.built_area)
    counted = db.scalar(select(func.count(Tariff.id)))
    assert supervisor.post(page).status_code == 422, "a second time there is nothing left"
    assert db.scalar(select(func.count(Tariff.id))) == counted
    item_id = db.scalars(select(ChargeItem.id).where(ChargeItem.name == "测试收费1")).one()
    assert "小区.xlsx" in supervisor.get(f"/billing/charges/{item_id}").text


def test_what_differs_from_what_stands(supervisor, work, db, estate):
    """Another price stays, another basis keeps the fee out; both are named with the row."""
    kept(work, estate, [1, 1, 1011, 110, 94.56, "1#2", "2020-06-10#2020-06-10"])
    make_item(estate, "测试收费2", Basis.fixed)
    make_tariff(make_item(estate, "测试收费1"), "2", date(2020, 6, 10), use=UnitUse.home)
    supervisor.post(f"{KEPT}/{estate.id}")
    assert ("测试收费1", UnitUse.home, date(2020, 6, 10), Decimal(2)) in prices(db)
    assert {price for _item, _use, _since, price in prices(db)} == {Decimal(2), Decimal(20)}
    shown = supervisor.get(f"{KEPT}/{estate.id}").text
    assert shown.count("<td>费用设置</td>") == 1
    assert shown.count("<td>房屋信息</td>") == 2  # the price of fee 1, and fee 2 that was left out


def test_a_fee_that_ends(supervisor, work, db, estate):
    ending = [FEE_SETTINGS[0], [*FEE_SETTINGS[1][:8], "2025-12-31", 2002, 0, 80]]
    kept(work, estate, [1, 1, 1011, 110, 94.56, 1, ""], settings=ending)
    supervisor.post(f"{KEPT}/{estate.id}")
    rows = db.execute(select(Tariff.since, Tariff.terms, Tariff.price).order_by(Tariff.since)).all()
    assert [tuple(row) for row in rows] == [
        (date(2020, 6, 10), Terms.priced, Decimal(80)),
        (date(2026, 1, 1), Terms.free, None),
    ]


SETTINGS = [
    ({"收费项目": "电梯费", "固定费用": "30"}, Basis.fixed, "30"),
    ({"费用名称": "物业费", "单价": "2.80元/㎡"}, Basis.built_area, "2.80"),
    ({"收费项目": "装修管理", "费用标识": "一次性费用"}, Basis.single, None),
    ({"收费项目": "管理费", "计费方式": "按面积", "收费标准": "1.5"}, Basis.built_area, "1.5"),
]


@pytest.mark.parametrize(("data", "basis", "price"), SETTINGS)
def test_other_companies_sheets(data, basis, price, app):
    with app.test_request_context():
        told = setting(data)
    assert told.parts == (Part(told.name, basis, price and Decimal(price)),)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"计费单价": "1"}, "name"),
        ({"收费项目": "水费", "计算公式": "5005", "计费单价": "1"}, "formula"),
        ({"收费项目": "水费", "计算公式": "1001"}, "price"),
        ({"收费项目": "水费", "计费单价": "三元"}, "price"),
        ({"收费项目": "水费", "计费单价": "3000"}, "price"),
        ({"收费项目": "水费", "计费单价": "3", "计费起始时间": "去年"}, "begins"),
    ],
)
def test_settings_that_cannot_be_used(data, field, app):
    with app.test_request_context(), pytest.raises(Unusable) as wrong:
        setting(data)
    assert wrong.value.field == field


def test_only_whoever_keeps_prices(sign_in, work, estate):
    kept(work, estate, [1, 1, 1011, 110, 94.56, 1, "2020-06-10"])
    office = sign_in("administrator")
    assert office.get(f"{KEPT}/{estate.id}").status_code == 200
    assert office.post(f"{KEPT}/{estate.id}").status_code == 403
    assert sign_in("cashier").get(KEPT).status_code == 403
