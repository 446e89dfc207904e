"""迁入与迁出: what is under way first, then all of it, then the keys."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Moving in and out")
SCREENS = "identity documents contacts keys readings inspection money sign cancel add_staff document show new choose"
MOVES_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Move-ins under way"),
        endpoint="moving_in.under_way",
        icon="clipboard-list",
        permission=P.move_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Move-ins"),
        endpoint="moving_in.index",
        icon="home",
        permission=P.move_read,
        group=GROUP,
        inner=tuple(f"moving_in.{name}" for name in SCREENS.split()),
    ),
    MenuItem(
        title=_l("Register of keys"),
        endpoint="keys.index",
        icon="key",
        permission=P.move_read,
        group=GROUP,
        inner=tuple(f"keys.{name}" for name in ("unit", "give", "slip", "sign", "take_back", "retire", "add")),
    ),
)
