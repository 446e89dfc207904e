"""The fields a column may hold, and the headings companies write over them. Source: the workbooks in shared/data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from crm.workbooks.headings import plain_heading


class SheetKind(StrEnum):
    buildings = "buildings"
    customers = "customers"
    units = "units"
    parking = "parking"
    rooms = "rooms"
    fees = "fees"
    unknown = "unknown"


SHEET_TITLES = {
    SheetKind.buildings: _l("Buildings and entrances"),
    SheetKind.customers: _l("Customers"),
    SheetKind.units: _l("Units"),
    SheetKind.parking: _l("Parking spaces"),
    SheetKind.rooms: _l("Units with their residents"),
    SheetKind.fees: _l("Fee settings"),
    SheetKind.unknown: _l("Not imported"),
}

BUILDINGS, CUSTOMERS, UNITS, PARKING, ROOMS = (
    SheetKind.buildings,
    SheetKind.customers,
    SheetKind.units,
    SheetKind.parking,
    SheetKind.rooms,
)
LISTS = frozenset({BUILDINGS, CUSTOMERS, UNITS, PARKING, ROOMS})
PLACES = frozenset({UNITS, ROOMS})
PEOPLE = frozenset({CUSTOMERS, UNITS, ROOMS, PARKING})


@dataclass(frozen=True, slots=True)
class Field:
    """`words`: headings without brackets, blanks and units. `several`: more than one column may hold it."""

    name: str
    title: LazyString
    kinds: frozenset[SheetKind]
    words: tuple[str, ...]
    several: bool = False


def _field(name: str, title: LazyString, kinds: frozenset[SheetKind], words: str, *, several: bool = False) -> Field:
    return Field(name, title, kinds, tuple(words.split()), several)


FIELDS = {
    field.name: field
    for field in (
        _field("estate", _l("Estate"), LISTS, "小区 小区名称 项目 项目名称 楼盘 楼盘名称 所属小区 所属项目 estate"),
        _field(
            "building", _l("Building"), LISTS - {PARKING, CUSTOMERS},
            "楼号 楼栋 楼栋号 楼栋编号 栋号 栋 楼 幢 幢号 楼座 座号 楼宇 楼宇编号 楼宇号 building",
        ),
        _field(
            "entrance", _l("Entrance"), LISTS - {PARKING, CUSTOMERS}, "单元 单元号 单元编号 单元名称 梯号 门号 entrance"
        ),
        _field(
            "number", _l("Unit number"), PLACES,
            "房间 房间号 房号 房屋编号 房屋号 室号 门牌 门牌号 房屋 房间编号 户号 房产编号 商铺号 铺号 "
            "单元房号 地址 房屋地址 unit room",
        ),
        _field("floor", _l("Floor"), PLACES, "楼层 所在楼层 房屋楼层 层 层数 floor"),
        _field("floors", _l("Floors in all"), frozenset({BUILDINGS, ROOMS, UNITS}), "总层数 总楼层 楼层数 共几层 地上层数 floors"),
        _field("lift", _l("Lift"), frozenset({BUILDINGS, ROOMS, UNITS}), "是否有电梯 有无电梯 电梯 有电梯 lift"),
        _field(
            "use", _l("Use"), PLACES,
            "房屋类型 房屋用途 用途 房屋性质 房产类型 物业类型 业态 使用性质 房间类型 类型 use",
        ),
        _field("layout", _l("Layout"), PLACES, "房屋户型 户型 房型 layout"),
        _field(
            "built_area", _l("Built-up area"), PLACES | {PARKING},
            "建筑面积 面积 建面 房屋面积 产权面积 计费面积 收费面积 车位面积 area",
        ),
        _field("inner_area", _l("Inner area"), PLACES, "室内面积 套内面积 套内建筑面积 套内 使用面积 供暖面积"),
        _field("rent", _l("Rent asked"), PLACES, "租金 月租金 rent"),
        _field("status", _l("Status"), PLACES, "房屋状态 状态 入住状态 房态 房间状态 入住情况 status"),
        _field("handover_on", _l("Handed over on"), PLACES, "交房日期 交房时间 交付日期 交付时间 收房日期 收房时间 接房日期"),
        _field("remark", _l("Remark"), PEOPLE, "备注 说明 备注说明 remark"),
        _field(
            "name", _l("Name"), PEOPLE,
            "业主名称 业主姓名 业主 姓名 名称 客户名称 客户姓名 客户 住户姓名 住户名称 住户 产权人 产权人姓名 房主 "
            "房主姓名 户主 户主姓名 车主 车主姓名 使用人 name",
            several=True,
        ),
        _field("customer_kind", _l("Person or company"), PEOPLE, "客户类型 客户性质 个人/单位 个人单位 业主性质"),
        _field("sex", _l("Sex"), PEOPLE, "性别 sex"),
        _field("age", _l("Age"), PEOPLE, "年龄 age"),
        _field("born", _l("Date of birth"), PEOPLE, "出生日期 出生年月 生日 出生年月日"),
        _field(
            "phone", _l("Phone"), PEOPLE,
            "手机号 手机 手机号码 电话 联系电话 电话号码 联系方式 联系手机 移动电话 固定电话 固话 家庭电话 办公电话 "
            "备用电话 电话1 电话2 手机1 手机2 联系电话1 联系电话2 业主电话 phone mobile",
            several=True,
        ),
        _field(
            "id_number", _l("ID number"), PEOPLE,
            "身份证号 身份证 身份证号码 证件号 证件号码 证件编号 公民身份号码 idnumber",
        ),
        _field("role", _l("Role"), PEOPLE - {PARKING}, "业主类型 人员类型 住户类型 身份 与房屋关系 成员类型 客户身份 入住身份 role"),
        _field("owner_number", _l("Owner's number"), PEOPLE, "业主编号 业主号 业主编码 客户编号 客户编码 客户号 住户编号"),
        _field("own_number", _l("Own number"), frozenset({CUSTOMERS}), "编号 编码"),
        _field("share", _l("Share in per cent"), PLACES, "产权份额 份额 产权比例 占比"),
        _field("move_in", _l("Moved in on"), PLACES, "入住日期 入住时间 迁入日期 入伙日期 入伙时间"),
        _field("tenant_name", _l("Tenant's name"), PLACES, "租户 租户姓名 租户名称 租客 租客姓名 承租人 承租人姓名 承租方"),
        _field("tenant_phone", _l("Tenant's phone"), PLACES, "租户电话 租户手机 租户手机号 租户联系电话 租客电话 租客手机号 承租人电话"),
        _field("email", _l("E-mail"), PEOPLE, "邮箱 电子邮箱 电子邮件 e-mail email"),
        _field("company_nature", _l("Company nature"), PEOPLE - {PARKING}, "公司性质 企业性质 单位性质 企业类型"),
        _field(
            "credit_code", _l("Unified social credit code"), PEOPLE - {PARKING},
            "统一社会信用代码 信用代码 社会信用代码 营业执照号 营业执照编号 税号 纳税人识别号",
        ),
        _field("legal_representative", _l("Legal representative"), PEOPLE - {PARKING}, "法定代表人 法人 法人代表 法人姓名"),
        _field("headcount", _l("Headcount"), PEOPLE - {PARKING}, "员工人数 人数 职工人数"),
        _field("plate", _l("Number plate"), PEOPLE, "车牌号 车牌 车牌号码 车号 plate", several=True),
        _field("brand", _l("Make of car"), PEOPLE, "车品牌 车辆品牌 品牌 车型"),
        _field("vehicle_kind", _l("Kind of vehicle"), PEOPLE, "车类型 车辆类型"),
        _field("colour", _l("Colour"), PEOPLE, "颜色 车身颜色 车辆颜色"),
        _field("zone", _l("Car park"), frozenset({PARKING}), "停车场编号 停车场 停车场名称 车库 车场 停车区域 区域 区"),
        _field("space", _l("Space number"), frozenset({PARKING}), "车位编码 车位编号 车位号 车位 泊位号 space"),
        _field("parking_kind", _l("Surface or underground"), frozenset({PARKING}), "停车场类型 车位类型 车位性质 停车位类型"),
        _field("tenure", _l("Sold or let"), frozenset({PARKING}), "出租还是出售 出售还是出租 租售 租售状态 租售类型 车位状态"),
        _field("starts", _l("From"), frozenset({PARKING}), "开始时间 开始日期 起租时间 起租日期 起始时间 起始日期"),
        _field("ends", _l("To"), frozenset({PARKING}), "结束时间 结束日期 到期时间 到期日期 截止时间 截止日期"),
        _field("unit_fee", _l("Fees of the unit"), PLACES, "房屋费用 费用编号 费用"),
        _field("unit_fee_start", _l("Fees start on"), PLACES, "费用开始时间 费用开始日期 计费开始时间 计费起始时间"),
    )
}  # fmt: skip

KEYS: dict[SheetKind, tuple[tuple[str, ...], ...]] = {
    # every group needs at least one of its fields
    SheetKind.buildings: (("building",), ("entrance", "floors", "lift")),
    SheetKind.customers: (("name",),),
    SheetKind.units: (("number",),),
    SheetKind.parking: (("space",),),
    SheetKind.rooms: (("number",), ("name", "tenant_name")),
    SheetKind.fees: (),
    SheetKind.unknown: (),
}

FEE_WORDS = frozenset(
    "费用编号 费用类型 收费项目 费用标识 付费类型 缴费周期 出账类型 计费起始时间 计费结束时间 计算公式 计费单价 固定费用 "
    "收费标准 单价 费用名称 附加费".split()
)
_PREFIXES = ("业主", "客户", "住户", "房屋", "房间", "产权人", "车主", "户主")


def field_for(heading: str, kind: SheetKind) -> str:
    """The field that a heading means in a sheet of this kind, or ""."""
    word = plain_heading(heading)
    known = _words(kind)
    if word in known or not word:
        return known.get(word, "")
    for prefix in _PREFIXES:
        if word.startswith(prefix) and word.removeprefix(prefix) in known:
            return known[word.removeprefix(prefix)]
    return ""


@lru_cache
def _words(kind: SheetKind) -> dict[str, str]:
    return {word: field.name for field in FIELDS.values() if kind in field.kinds for word in field.words}


def fields_of(kind: SheetKind) -> list[Field]:
    return [field for field in FIELDS.values() if kind in field.kinds]
