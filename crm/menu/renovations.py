"""装修: what is under way, and what runs out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Renovations")
RENOVATIONS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Renovations"),
        endpoint="renovations.index",
        icon="tool",
        permission=P.renovation_read,
        group=GROUP,
        inner=("renovations.show",),
    ),
)
