"""One row of a kept fee sheet: what is charged, by what, how dear. Pure.

The formulas are those of the workbooks in shared/data: 1001 area × price, with an extra fee, 2002 a fixed fee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.charges.limits import fault_of
from crm.billing.charges.models import Basis
from crm.imports.understanding.values import OPEN_END
from crm.web.amounts import PRICE_PLACES, parse_figure
from crm.web.language import kept
from crm.workbooks import readers
from crm.workbooks.fields import Fields, field
from crm.workbooks.readers import Wrong

FIELDS = {
    each.name: each
    for each in (
        field("number", _l("Number of the fee"), "费用编号 费用编码 编号 编码"),
        field("name", _l("Charge item"), "收费项目 费用名称 费用项 费用项目 收费名称 项目名称"),
        field("kind", _l("Kind of fee"), "费用类型"),
        field("mark", _l("Once or regularly"), "费用标识 收费周期类型"),
        field("formula", _l("How it is reckoned"), "计算公式 计费公式 计费方式 计算方式"),
        field("price", _l("Price (yuan)"), "计费单价 单价 收费标准 收费单价"),
        field("extra", _l("Fixed fee (yuan)"), "固定费用 附加费 固定金额"),
        field("begins", _l("From"), "计费起始时间 计费开始时间 开始时间 起始时间"),
        field("ends", _l("To"), "计费结束时间 结束时间 截止时间"),
    )
}
SETTING = Fields(FIELDS, keys=("name",), marks=("name",))
BY_AREA, FIXED, ONCE = "area", "fixed", "once"
FORMULAS = {
    "1001": BY_AREA, "面积*单价+附加费": BY_AREA, "面积*单价": BY_AREA, "按面积": BY_AREA, "面积": BY_AREA,
    "建筑面积": BY_AREA,
    "2002": FIXED, "固定费用": FIXED, "固定": FIXED, "定额": FIXED, "按户": FIXED,
}  # fmt: skip
NOUGHT = Decimal(0)


class Unusable(Exception):
    """What is wrong, at which field."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Part:
    """What a setting charges by one measure; an area's price and an extra fee are two. No price: entered singly."""

    name: str
    basis: Basis
    price: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`ends`: the last day that is charged, None where the file has the far day that stands for no end."""

    number: str
    name: str
    parts: tuple[Part, ...]
    begins: date | None
    ends: date | None
    note: str


def said(data: Mapping[str, str]) -> dict[str, str]:
    """Field -> text."""
    found = ((SETTING.field_for(heading), text) for heading, text in data.items())
    return {name: text.strip() for name, text in found if name}


def setting(data: Mapping[str, str]) -> Setting:
    """Raises `Unusable`."""
    told = said(data)
    name = told.get("name", "")
    if not name:
        raise Unusable("name", _("The charge item is missing."))
    ends = _day(told, "ends")
    return Setting(
        number=told.get("number", ""),
        name=name,
        parts=_parts(name, told),
        begins=_day(told, "begins"),
        ends=ends if ends and ends < OPEN_END else None,
        note=_note(data),
    )


def _parts(name: str, told: Mapping[str, str]) -> tuple[Part, ...]:
    price, extra = _figure(told, "price"), _figure(told, "extra")
    match _way(told, price):
        case "once":
            return (Part(name, Basis.single, None),)
        case "fixed":
            return (_part(name, Basis.fixed, extra or price),)
        case _:
            also = kept(_l("%(name)s: extra fee", name=name))
            more = (_part(also, Basis.fixed, extra),) if extra else ()
            return (_part(name, Basis.built_area, price), *more)


def _way(told: Mapping[str, str], price: Decimal) -> str:
    if "一次" in told.get("mark", ""):
        return ONCE
    formula = "".join(told.get("formula", "").split())
    if not formula:
        return BY_AREA if price else FIXED
    if formula not in FORMULAS:
        raise Unusable("formula", _("This way of reckoning is not known here. Enter the item by hand."))
    return FORMULAS[formula]


def _part(name: str, basis: Basis, price: Decimal) -> Part:
    if not price:
        raise Unusable("extra" if basis is Basis.fixed else "price", _("The price is missing."))
    if fault := fault_of(basis, price, None):
        raise Unusable("price", fault)
    return Part(name, basis, price)


def _figure(told: Mapping[str, str], name: str) -> Decimal:
    try:
        return parse_figure(told[name], PRICE_PLACES) if told.get(name) else NOUGHT
    except ValueError as error:
        raise Unusable(name, _("Write a price in yuan with six decimals at most, such as 2.80 or 0.588.")) from error


def _day(told: Mapping[str, str], name: str) -> date | None:
    try:
        return readers.day(told[name]) if told.get(name) else None
    except Wrong as wrong:
        raise Unusable(name, str(wrong)) from wrong


def _note(data: Mapping[str, str]) -> str:
    """What the sheet says besides, such as 缴费周期 6."""
    rest = (f"{heading} {text}".strip() for heading, text in data.items() if not SETTING.field_for(heading))
    return "；".join(rest)[:300]
