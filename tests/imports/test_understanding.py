"""Headings, layouts, codes and spellings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.errors import DomainError
from crm.imports.understanding import values
from crm.imports.understanding.fields import FIELDS, SheetKind, field_for
from crm.imports.understanding.mapping import blocks, guess, picture
from crm.workbooks import readers
from crm.workbooks.cells import CellFault
from crm.workbooks.headings import plain_heading
from crm.workbooks.readers import Wrong
from tests.imports.workbooks import sheet


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("建筑面积(㎡)", "built_area"),
        ("建筑面积（平方米）*", "built_area"),
        (" 建 筑 面 积 ㎡", "built_area"),
        ("业主手机号码", "phone"),
        ("手机号*：", "phone"),
        ("单元", "entrance"),
        ("楼栋号", "building"),
        ("房间号【必填】", "number"),
        ("租户姓名", "tenant_name"),
        ("说不清", ""),
    ],
)
def test_headings(heading: str, field: str) -> None:
    assert field_for(heading, SheetKind.rooms) == field


def test_a_parking_heading_with_its_codes() -> None:
    assert field_for("车类型（9901 家用小汽车 9902 客车 9903 货车）", SheetKind.parking) == "vehicle_kind"
    assert field_for("出租还是出售（H出租S出售）", SheetKind.parking) == "tenure"


def test_no_heading_means_two_things() -> None:
    """Every word is written as `plain_heading` leaves it, and names one field in each kind of sheet."""
    for kind in SheetKind:
        words = [word for field in FIELDS.values() if kind in field.kinds for word in field.words]
        assert [word for word in words if words.count(word) > 1] == []
    assert [word for field in FIELDS.values() for word in field.words if plain_heading(word) != word] == []


def test_title_above_notes_beside_and_gaps() -> None:
    found = sheet(
        ["阳光花园业主台账", None, None, None, None, None],
        [None],
        ["序号", "楼号", "房号", None, "姓名", None, "说明"],
        [Decimal(1), "1", "101", "x", "张三", None, "楼号从 1 开始"],
        [None, None, None, None, None, None, "房号"],
        [Decimal(2), "1", "102", None, "李四"],
    )
    (block,) = blocks([found], guess([found]))
    assert (block.kind, block.heading_row) == (SheetKind.rooms, 3)
    assert list(block.headings.values()) == ["序号", "楼号", "房号", "D", "姓名"]
    assert [number for number, _cells in block.data()] == [4, 6]
    assert block.unmapped == {3: "D"}
    assert picture(block).notes == ["A1 阳光花园业主台账", "G3 说明", "G4 楼号从 1 开始", "G5 房号"]


def test_samples_never_show_an_id_number() -> None:
    found = sheet(["楼号", "房号", "姓名", "身份证号"], ["1", "101", "张三", "110101199003071233"])
    (block,) = blocks([found], guess([found]))
    assert picture(block).columns[3].samples == ["110101********1233"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"kind": "nonsense"}, "choose what it lists"),
        ({"heading_row": 9}, "between 1 and 2"),
        ({"columns": {"A": "building", "B": "building"}}, "two columns"),
        ({"columns": {"A": "building"}}, "needs a column"),
        ({"columns": {"A": "space"}}, "cannot hold"),
        ({"columns": {"ZZ": "building"}}, "no column ZZ"),
    ],
)
def test_a_wrong_correction_is_named(change: dict[str, Any], part: str) -> None:
    found = sheet(["楼号", "房号", "姓名"], ["1", "101", "张三"])
    wanted = guess([found])
    wanted["Sheet1"] = {**wanted["Sheet1"], **change}  # type: ignore[typeddict-item]
    with pytest.raises(DomainError, match=part):
        blocks([found], wanted)


def test_a_mapping_for_a_sheet_that_is_not_there() -> None:
    with pytest.raises(DomainError, match="no sheet"):
        blocks([], {"别的": {"kind": "rooms", "heading_row": 1, "columns": {}}})


@pytest.mark.parametrize(
    "cell", ["2020-6-10", "2020.6.10", "2020/06/10", "2020年6月10日", "20200610", Decimal(20200610), Decimal(43992),
             "43992", date(2020, 6, 10), "2020-06-10 00:00:00", "２０２０-06-10"],
)  # fmt: skip
def test_days_in_every_spelling(cell: Any) -> None:
    assert readers.day(cell) == date(2020, 6, 10)


@pytest.mark.parametrize("cell", ["2020-13-1", "昨天", "20201301", "6月10日", Decimal("0.5"), True])
def test_what_is_no_day(cell: Any) -> None:
    with pytest.raises(Wrong):
        readers.day(cell)


@pytest.mark.parametrize(
    ("cell", "area"),
    [("94.56㎡", "94.56"), ("1,094.5", "1094.50"), (Decimal("94.555"), "94.56"), ("0", None), ("无", None)],
)
def test_areas(cell: Any, area: str | None) -> None:
    assert readers.amount(values.LARGEST_AREA)(cell) == (Decimal(area) if area else None)


@pytest.mark.parametrize("cell", ["abc", "-3", Decimal("-3"), "1e9", Decimal(10) ** 9, "inf", True, CellFault("#REF!")])
def test_what_is_no_area(cell: Any) -> None:
    with pytest.raises(Wrong):
        readers.amount(values.LARGEST_AREA)(cell)


@pytest.mark.parametrize(
    ("words", "cell", "meaning"),
    [
        (values.USES, Decimal(110), "home"),
        (values.USES, "商 铺", "shop"),
        (values.STATUSES, Decimal("2009.0"), "renovating"),
        (values.STATUSES, "已入住", "occupied"),
        (values.ROLES, Decimal(1003), "tenant"),
        (values.SEXES, "女", "female"),
        (values.TENURES, "h", "tenant"),
        (values.TRUTHS, "有", True),
        (values.TRUTHS, "无", False),
        (values.SEXES, "未知", None),
    ],
)
def test_codes_and_words(words: dict[str, Any], cell: Any, meaning: Any) -> None:
    assert readers.one_of(words)(cell) == meaning


def test_an_unknown_code_names_what_is_known() -> None:
    with pytest.raises(Wrong, match="住宅、办公室、宿舍、商铺、仓库"):
        readers.one_of(values.USES)("111")


@pytest.mark.parametrize(
    "name", ["长沙和安物业服务有限公司", "岳麓区第一小学", "老王便利店", "中国银行长沙分行", "工商局"]
)
def test_companies(name: str) -> None:
    assert readers.is_company(name) or len(name) <= 3


@pytest.mark.parametrize("name", ["吴学文", "欧阳娜娜", "古丽·买买提", "张三1"])
def test_persons(name: str) -> None:
    assert not readers.is_company(name)
