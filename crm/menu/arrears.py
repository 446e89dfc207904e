"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
LETTER_PAGES = (
    "letters.unreached",
    "letters.reviews",
    "letters.review",
    "letters.run",
    "letters.roll_back",
    "letters.print_run",
    "letters.show",
    "letters.serve",
    "letters.take_back",
)
ARREARS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Demand letters"),
        endpoint="letters.index",
        icon="mail",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=LETTER_PAGES,
    ),
)
