"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

REPAIRS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Figures of repairs"),
        endpoint="repair_figures.index",
        icon="chart-bar",
        permission=Permission.repair_read,
        group=_l("Repairs"),
    ),
)
