"""统计: the month's figures, and the month-end pack."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

STATISTICS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Statistics of the month"),
        endpoint="statistics.index",
        icon="chart-bar",
        permission=Permission.statistics_read,
        group=_l("Statistics"),
        inner=("statistics.show", "statistics.pack"),
    ),
)
