"""客服台 and what it looks up: calls, customers, premises."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
DESK_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Start page"),
        endpoint="desk.home",
        icon="home",
        permission=P.signed_in,
        inner=("desk.search", "desk.pop", "desk.approvals"),
    ),
    MenuItem(
        title=_l("To call back"),
        endpoint="calls.to_call_back",
        icon="phone-call",
        permission=P.call_log,
    ),
    MenuItem(
        title=_l("Calls"),
        endpoint="calls.index",
        icon="phone",
        permission=P.call_log,
        inner=("calls.new", "calls.show", "calls.promise", "calls.move", "calls.finish", "calls.number"),
    ),
    MenuItem(
        title=_l("Customers"),
        endpoint="tenants.index",
        icon="users",
        permission=P.customer_read,
        inner=("tenants.new", "tenants.customer", "tenants.supplement"),
    ),
    MenuItem(
        title=_l("Possible duplicates"),
        endpoint="tenants.duplicates",
        icon="files",
        permission=P.customer_merge,
        inner=("tenants.told_apart", "tenants.compare", "tenants.unmerge"),
    ),
    MenuItem(
        title=_l("Units"),
        endpoint="properties.units",
        icon="building",
        permission=P.property_read,
        inner=("tenants.unit", "properties.new_unit", "properties.edit_unit"),
    ),
    MenuItem(
        title=_l("Estates"),
        endpoint="properties.estates",
        icon="building-community",
        permission=P.property_read,
        inner=("properties.estate", "properties.building", "properties.new_estate", "properties.new_building"),
    ),
    MenuItem(title=_l("Parking spaces"), endpoint="properties.parking", icon="parking", permission=P.property_read),
    MenuItem(
        title=_l("Equipment"),
        endpoint="properties.equipment",
        icon="elevator",
        permission=P.property_read,
        inner=("properties.equipment_item",),
    ),
    MenuItem(
        title=_l("Public areas"),
        endpoint="properties.areas",
        icon="map-pin",
        permission=P.property_read,
        inner=("properties.area",),
    ),
)
