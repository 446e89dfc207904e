"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
ARREARS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Arrears reviews"),
        endpoint="arrears.index",
        icon="list-search",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=(
            "arrears.new",
            "arrears.show",
            "arrears.figures",
            "arrears.compared",
            "arrears.estates",
            "arrears.closing",
            "arrears.minutes",
            "arrears.sign",
            "arrears.decide",
            "arrears.together",
        ),
    ),
)
