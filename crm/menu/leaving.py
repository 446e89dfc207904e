"""迁出与过户, beside moving in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.menu.moves import GROUP
from crm.web.menu import MenuItem

STEPS = "change buyers new_buyer readings keys money checklist sign unsign close settle cancel".split()
LEAVING_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Move-outs and sales"),
        endpoint="leavings.index",
        icon="logout",
        permission=Permission.move_read,
        group=GROUP,
        inner=("leavings.new", "leavings.show", *(f"leavings.{name}" for name in STEPS)),
    ),
)
