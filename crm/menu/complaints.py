"""投诉与违规."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
COMPLAINTS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Corrective actions"),
        endpoint="corrective_actions.index",
        icon="tool",
        permission=P.complaint_read,
        group=_l("Complaints and violations"),
        inner=tuple(f"corrective_actions.{name}" for name in ("new", "finish", "verify", "send_back", "drop")),
    ),
    MenuItem(
        title=_l("Compensations"),
        endpoint="compensations.index",
        icon="coin",
        permission=P.complaint_read,
        group=_l("Complaints and violations"),
        inner=tuple(f"compensations.{name}" for name in ("show", "new", "approve", "refuse", "take_back", "give")),
    ),
    MenuItem(
        title=_l("Figures of complaints"),
        endpoint="complaint_figures.index",
        icon="chart-bar",
        permission=P.complaint_read,
        group=_l("Complaints and violations"),
    ),
)
