"""Charge items, and the shared costs entered for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, false

from crm.auth.permissions import Permission
from crm.billing.charges import queries
from crm.billing.charges.models import (
    BASIS_TITLES,
    METER_UNITS,
    PAYER_TITLES,
    ROUNDING_TITLES,
    Basis,
    ChargeItem,
    MeterKind,
    SharedCost,
)
from crm.dates import business_day, parse_month
from crm.lists.holding import holding
from crm.lists.listing import Column, Filter, Listing
from crm.properties.models import Building, Estate
from crm.web.templating import exact


def _titled(titles: Mapping[Any, Any], name: str) -> Callable[[Any], str]:
    return lambda row: str(titles[getattr(row, name)])


def price_words(row: Any) -> str:
    """What holds for all, with how many prices hold for some."""
    told = "" if row.price is None else _("%(price)s yuan%(per)s", price=exact(row.price), per=per(row))
    further = _("%(count)s for some", count=row.special) if row.special else ""
    return " · ".join(filter(None, (told, further)))


def per(item: Any) -> str:
    """Of what one: /㎡, /kWh; nothing of a fixed sum."""
    if item.basis is Basis.meter and item.meter_kind:
        return f"/{METER_UNITS[MeterKind(item.meter_kind)]}"
    return "/㎡" if item.basis in (Basis.built_area, Basis.inner_area) else ""


def items(day: date) -> Listing:
    return Listing(
        title=_l("Charge items"),
        query=queries.items(day),
        columns=_item_columns(),
        filters=_item_filters(),
        order=(Estate.name, ChargeItem.position, ChargeItem.id),
        export_permission=Permission.billing_read,
        empty=_l("No charge item yet. Add one, or begin with what most estates charge for."),
    )


def _item_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="name",
            title=_l("Charge item"),
            order=ChargeItem.name,
            link=lambda row: url_for("charges.item", charge_item_id=row.id),
        ),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
        Column(name="basis", title=_l("Charged by"), value=_titled(BASIS_TITLES, "basis"), order=ChargeItem.basis),
        Column(name="price", title=_l("Price today"), value=price_words),
        Column(name="payer", title=_l("Who pays"), value=_titled(PAYER_TITLES, "payer")),
        Column(name="rounding", title=_l("Rounded"), value=_titled(ROUNDING_TITLES, "rounding")),
        Column(name="due_day", title=_l("Due on day"), kind="number"),
        Column(
            name="active",
            title=_l("State"),
            value=lambda row: _("In use") if row.active else _("Retired"),
            kind="badge",
            tone=lambda row: "green" if row.active else "grey",
        ),
        Column(name="note", title=_l("Remark"), kind="long"),
    )


def _item_filters() -> tuple[Filter, ...]:
    return (
        Filter(name="q", title=_l("Name of the item"), condition=lambda text: holding(text, ChargeItem.name)),
        Filter(
            name="basis",
            title=_l("Charged by"),
            condition=lambda value: ChargeItem.basis == value,
            choices=[(key.value, title) for key, title in BASIS_TITLES.items()],
        ),
        Filter(
            name="state",
            title=_l("State"),
            condition=_in_use,
            choices=[("used", _l("In use")), ("retired", _l("Retired"))],
        ),
    )


def _of_month(text: str) -> ColumnElement[bool]:
    try:
        return SharedCost.period == parse_month(text, business_day())
    except ValueError:
        return false()


def _in_use(value: str) -> ColumnElement[bool]:
    return ChargeItem.active.is_(value == "used")


def shared_costs() -> Listing:
    return Listing(
        title=_l("Shared costs"),
        query=queries.shared_costs(),
        columns=_cost_columns(),
        filters=(
            Filter(
                name="q", title=_l("Number of the invoice"), condition=lambda text: holding(text, SharedCost.document)
            ),
            Filter(name="month", title=_l("Month"), condition=_of_month, hint=_l("Such as 2026-11.")),
        ),
        order=(SharedCost.period.desc(), SharedCost.id.desc()),
        export_permission=Permission.billing_read,
        empty=_l("No shared cost yet. Enter what the supplier's invoice of a month says."),
    )


def _cost_columns() -> tuple[Column, ...]:
    return (
        Column(
            name="period", title=_l("Month"), value=lambda row: row.period.strftime("%Y-%m"), order=SharedCost.period
        ),
        Column(
            name="item",
            title=_l("Charge item"),
            order=ChargeItem.name,
            link=lambda row: url_for("charges.item", charge_item_id=row.item_id),
        ),
        Column(name="estate", title=_l("Estate"), order=Estate.name),
        Column(
            name="building",
            title=_l("Building"),
            value=lambda row: row.building or _("The whole estate"),
            order=Building.sort_key,
        ),
        Column(name="total", title=_l("Sum (yuan)"), kind="money", order=SharedCost.total),
        Column(name="document", title=_l("Invoice"), value=_invoice, link=_file),
        Column(
            name="state",
            title=_l("State"),
            value=lambda row: _("Replaced by a later entry") if row.overtaken else _("In force"),
            kind="badge",
            tone=lambda row: "grey" if row.overtaken else "green",
        ),
        Column(name="entered_by", title=_l("Entered by")),
        Column(name="entered_at", title=_l("Entered at"), kind="date"),
    )


def _invoice(row: Any) -> str:
    return row.document or (_("File") if row.upload_id else "")


def _file(row: Any) -> str:
    return url_for("charges.invoice", shared_cost_id=row.id) if row.upload_id else ""
