"""What a file would do, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from crm.imports.drafting.draft import CUSTOMER, MEMBER, OCCUPANCY, UNIT, VEHICLE, Draft
from crm.imports.understanding.addresses import plain_part
from crm.properties.models import UnitStatus, UnitUse
from crm.tenants.models import CustomerKind, MemberRole, OccupancyRole
from tests.imports.workbooks import ESTATE, HEADINGS, ROOMS, VALID_IDS, drafted, refusals, rooms, workbook

OWNERS = ["业主名称", "手机号", "身份证号", "业主类型", "业主编号"]


def objects(result: Draft, kind: str) -> list[Any]:
    return result.estates[0].objects[kind]


def room(
    name: str = "张三", *, number: str = "101", area: Any = 90, phone: str = "13907310001", **given: Any
) -> list[Any]:
    status, sex, id_number, role = (given.get(key, "") for key in ("status", "sex", "id_number", "role"))
    return ["1", "1", number, area, status, name, sex, phone, id_number, role]


def test_the_real_estate_workbook() -> None:
    result = drafted(ESTATE.read_bytes()).result()
    assert result["created"] == {
        "estate": 1, "building": 13, "entrance": 26, "unit": 8, "parking_space": 1, "customer": 5, "occupancy": 5,
    }  # fmt: skip
    assert result["kept_for_later"] == {"age": 5, "unit_fee": 11, "fee_setting": 2}
    assert [(entry["sheet"], entry["row"], entry["column"], entry["value"]) for entry in result["refused"]] == [
        *[("业主信息", row, "身份证号", "632126********2011") for row in (3, 4, 5, 6)],
        *[("房屋信息", row, "业主编号", value) for row, value in ((7, "6"), (8, "7"), (9, "8"))],
    ]


def test_the_real_rooms_workbook() -> None:
    draft = drafted(ROOMS.read_bytes())
    result = draft.result()
    assert result["created"] == dict.fromkeys(("estate", "building", "entrance", "unit", "customer", "occupancy"), 1)
    assert result["kept_for_later"] == {}
    assert [(entry["row"], entry["column"]) for entry in result["refused"]] == [(2, "身份证号")]
    (unit,), (customer,) = objects(draft, UNIT), objects(draft, CUSTOMER)
    assert (unit.values["label"], unit.values["status"]) == ("1-1-1001", UnitStatus.occupied)
    assert "layout" not in unit.values  # 10102 is what everybody was told to fill in
    assert "rent" not in unit.values
    assert (customer.values["name"], customer.phones) == ("吴学文", ["18909711443"])


def test_placeholders_are_not_known() -> None:
    draft = drafted(rooms(room(phone="18999999999", id_number="111111111111111111")))
    (customer,) = objects(draft, CUSTOMER)
    assert (customer.phones, customer.id_number, draft.refused) == ([], "", [])


@pytest.mark.parametrize(
    ("column", "value"), [("建筑面积", "abc"), ("建筑面积", -1), ("建筑面积", 1e9), ("房屋状态", "9999"), ("性别", "?"),
                          ("手机号", "12345"), ("业主类型", "7")],
)  # fmt: skip
def test_a_wrong_optional_cell_is_refused_and_the_row_taken(column: str, value: Any) -> None:
    row = room(phone="13907310001")
    row[HEADINGS.index(column)] = value
    draft = drafted(rooms(row))
    assert [(entry.column, entry.whole) for entry in draft.refused] == [(column, False)]
    assert len(objects(draft, UNIT)) == len(objects(draft, CUSTOMER)) == len(objects(draft, OCCUPANCY)) == 1


@pytest.mark.parametrize("column", ["楼号", "房间"])
def test_a_row_without_its_key_is_refused(column: str) -> None:
    row = room()
    row[HEADINGS.index(column)] = ""
    draft = drafted(rooms(row, room(number="102")))
    assert [(entry.row, entry.column, entry.whole) for entry in draft.refused] == [(2, column, True)]
    assert len(objects(draft, UNIT)) == 1


def test_a_resident_may_not_contradict_the_unit() -> None:
    draft = drafted(rooms(room(), room("李四", area=91, phone="13907310002")))
    assert refusals(draft) == [(3, "建筑面积", "91")]
    assert [entry.values["role"] for entry in objects(draft, OCCUPANCY)] == [
        OccupancyRole.owner,
        OccupancyRole.co_owner,
    ]


def test_a_list_of_units_may_not_say_a_thing_twice_differently() -> None:
    heads = ["楼号", "单元", "房号", "建筑面积"]
    draft = drafted(workbook({"房屋": [heads, ["1", "1", "101", 90], ["1", "1", "101", 90], ["1", "1", "101", 91]]}))
    assert [(entry.row, entry.column, entry.whole) for entry in draft.refused] == [(4, "建筑面积", True)]


def test_family_tenants_and_users() -> None:
    draft = drafted(
        rooms(
            room("李四", role=1002, phone="13907310002"),  # stands before its owner
            room(role=1001),
            room("王五", role=1003, phone="13907310003"),
            room("赵六", role=1004, phone="13907310004"),
        )
    )
    (member,) = objects(draft, MEMBER)
    assert (member.values["name"], member.values["role"]) == ("李四", MemberRole.family)
    assert member.refs["customer_id"].values["name"] == "张三"
    roles = {entry.refs["customer_id"].values["name"]: entry.values["role"] for entry in objects(draft, OCCUPANCY)}
    assert roles == {"张三": "owner", "王五": "tenant", "赵六": "user"}
    assert draft.refused == []


def test_family_without_an_owner_is_refused() -> None:
    draft = drafted(rooms(room("李四", role=1002)))
    assert [(entry.column, entry.whole) for entry in draft.refused] == [("业主名称", True)]


def test_several_owners_in_one_cell_are_paired_with_their_phones() -> None:
    draft = drafted(rooms(room("张三，李四", phone="13907310001/13907310002")))
    assert [(entry.values["name"], entry.phones) for entry in objects(draft, CUSTOMER)] == [
        ("张三", ["13907310001"]),
        ("李四", ["13907310002"]),
    ]
    assert [entry.values["role"] for entry in objects(draft, OCCUPANCY)] == ["owner", "co_owner"]


def test_the_same_valid_id_under_two_names_is_refused_on_the_second() -> None:
    rows = [room(id_number=VALID_IDS[0]), room("李四", number="102", phone="13907310002", id_number=VALID_IDS[0])]
    draft = drafted(rooms(*rows))
    assert refusals(draft) == [(3, "身份证号", "110101********1233")]
    assert len(objects(draft, CUSTOMER)) == 2


@pytest.mark.parametrize(
    ("second", "customers"),
    [
        ({"phone": "13907310001"}, 1),  # name and phone
        ({"phone": "13907310009"}, 2),  # the name alone is nobody
        ({"phone": "13907310009", "id_number": VALID_IDS[0]}, 1),  # the ID number
        ({"phone": "13907310001", "id_number": VALID_IDS[1]}, 2),  # two ID numbers are two people
    ],
)
def test_who_is_the_same(second: dict[str, str], customers: int) -> None:
    draft = drafted(rooms(room(id_number=VALID_IDS[0]), room(number="102", **second)))
    assert (len(objects(draft, CUSTOMER)), len(objects(draft, OCCUPANCY)), draft.refused) == (customers, 2, [])


def test_companies_and_their_credit_code() -> None:
    draft = drafted(rooms(room("长沙和安贸易有限公司", sex="男", id_number="91430100MA4L1CDE06")))
    (customer,) = objects(draft, CUSTOMER)
    assert (customer.values["kind"], "sex" in customer.values) == (CustomerKind.company, False)


def test_contradicting_owner_numbers_refuse_the_row() -> None:
    draft = drafted(
        workbook({"业主": [OWNERS, ["张三", "", "", 1001, 1], ["李四", "", "", 1001, 1], ["张三", "", "", 1001, 1]]})
    )
    assert [(entry.row, entry.column, entry.whole) for entry in draft.refused] == [(3, "业主名称", True)]


def test_a_person_nothing_can_recognise_is_refused() -> None:
    draft = drafted(workbook({"业主": [OWNERS, ["张三", "18999999999", "", 1001, ""]]}))
    assert [(entry.column, entry.whole) for entry in draft.refused] == [("业主名称", True)]


def test_tenants_in_a_list_of_customers_live_with_the_owner_they_name() -> None:
    owners = [
        OWNERS,
        ["王五", "13907310003", "", 1003, 1],
        ["张三", "13907310001", "", 1001, 1],
        ["李四", "", "", 1002, 1],
    ]
    units = [["楼号", "房号", "业主编号"], ["1", "101", 1]]
    draft = drafted(workbook({"业主": owners, "房屋": units}))
    assert draft.refused == []
    assert [entry.refs["customer_id"].values["name"] for entry in objects(draft, OCCUPANCY)] == ["张三", "王五"]
    assert len(objects(draft, MEMBER)) == 1


def test_parking_spaces_with_holder_and_cars() -> None:
    heads = [
        "停车场编号",
        "车位编号",
        "停车场类型",
        "面积",
        "车主姓名",
        "手机号",
        "车牌号",
        "出租还是出售",
        "开始时间",
        "结束时间",
    ]
    rows = [
        ["B1", "023", "地下停车位", 1, "张三", "13907310001", "湘A·12345#湘A12346", "S", "2020-6-10", "2037-1-1"],
        ["B1", "024", "地上停车位", 12.5, "", "", "湘A99999", "", "", ""],
        ["B1", "025", "", "", "李四", "13907310002", "?", "H", "2020-6-10", "2020-1-1"],
    ]
    draft = drafted(workbook({"车位": [heads, *rows]}))
    spaces = objects(draft, "parking_space")
    assert [entry.values["label"] for entry in spaces] == ["B1-023", "B1-024", "B1-025"]
    assert ("built_area" in spaces[0].values, spaces[0].values["use"]) == (False, UnitUse.parking)
    assert [entry.values["plate"] for entry in objects(draft, VEHICLE)] == ["湘A12345", "湘A12346"]
    assert [entry.values["role"] for entry in objects(draft, OCCUPANCY)] == ["owner", "tenant"]
    assert "ends" not in objects(draft, OCCUPANCY)[0].values
    assert [(row, column) for row, column, _value in refusals(draft)] == [(3, "车牌号"), (4, "结束时间"), (4, "车牌号")]


def test_a_column_nobody_reads_is_kept_under_its_heading() -> None:
    draft = drafted(rooms([*room(), "R-1", VALID_IDS[0]], headings=[*HEADINGS, "燃气表号", "配偶证件"]))
    assert draft.result()["kept_for_later"] == {"燃气表号": 1, "配偶证件": 1}
    assert [entry.data["value"] for entry in draft.estates[0].kept] == ["R-1", "110101********1233"]


def test_an_estate_column_makes_several_estates() -> None:
    rows = [["甲", *room()], ["乙", *room()], ["", *room(number="103")]]
    content = rooms(*rows, headings=["小区名称", *HEADINGS])
    draft = drafted(content)
    assert [estate.name for estate in draft.estates] == ["甲", "乙"]
    assert [(entry.row, entry.column, entry.whole) for entry in draft.refused] == [(4, "小区名称", True)]
    chosen = drafted(content, estate="甲")
    assert [(entry.row, entry.value) for entry in chosen.refused] == [(3, "乙")]


def test_one_column_may_hold_the_whole_address() -> None:
    heads = ["房号", "业主姓名", "电话"]
    rows = [
        ["3-1-502", "张三", "13907310001"],
        ["3栋2单元1803室", "李四", "13907310002"],
        ["商铺12", "王五", "13907310003"],
    ]
    draft = drafted(workbook({"台账": [heads, *rows]}))
    assert [entry.values["label"] for entry in objects(draft, UNIT)] == ["3-1-502", "3-2-1803"]
    assert [(entry.row, entry.whole) for entry in draft.refused] == [(4, True)]


@pytest.mark.parametrize(
    ("text", "part", "plain"),
    [("1号楼", "building", "1"), ("十二栋", "building", "12"), ("A座", "building", "A"), ("01", "building", "1"),
     ("二单元", "entrance", "2"), ("0101室", "number", "0101"), ("1001", "number", "1001")],
)  # fmt: skip
def test_parts_of_an_address(text: str, part: str, plain: str) -> None:
    assert plain_part(text, part) == plain
