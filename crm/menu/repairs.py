"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
REPAIRS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Maintenance due"),
        endpoint="maintenance.due",
        icon="calendar",
        permission=P.repair_read,
        group=_l("Repairs"),
    ),
    MenuItem(
        title=_l("Plans of maintenance"),
        endpoint="maintenance.index",
        icon="elevator",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=("maintenance.show", "maintenance.new", "maintenance.edit"),
    ),
    MenuItem(
        title=_l("Repair workers"),
        endpoint="repair_workers.index",
        icon="users",
        permission=P.repair_dispatch,
        group=_l("Repairs"),
        inner=(
            "repair_workers.show",
            "repair_workers.trades",
            "repair_workers.shifts",
            "repair_workers.new_absence",
            "repair_workers.end_absence",
        ),
    ),
    MenuItem(
        title=_l("Categories of repairs"),
        endpoint="repair_categories.index",
        icon="clipboard-list",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=("repair_categories.new", "repair_categories.new_problem", "repair_categories.edit"),
    ),
)
