"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
ARREARS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Limitation"),
        endpoint="limitation.index",
        icon="calendar",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("limitation.customers",),
    ),
    MenuItem(
        title=_l("Lawyers' cases"),
        endpoint="cases.index",
        icon="shield",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=(
            "cases.show",
            "cases.new",
            "cases.approve",
            "cases.refuse",
            "cases.withdraw",
            "cases.close",
            "cases.write_off",
            "evidence.ask",
        ),
    ),
)
