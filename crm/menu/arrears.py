"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
ARREARS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("To contact today"),
        endpoint="contacts.due",
        icon="phone-call",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("contacts.new",),
    ),
    MenuItem(
        title=_l("Contacts about arrears"),
        endpoint="contacts.index",
        icon="message-circle",
        permission=P.arrears_read,
        group=_l("Arrears"),
    ),
    MenuItem(
        title=_l("Promises to pay"),
        endpoint="promises.index",
        icon="heart-handshake",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("promises.show", "promises.withdraw", "promises.kept"),
    ),
    MenuItem(
        title=_l("Instalment plans"),
        endpoint="plans.index",
        icon="calendar",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("plans.show", "plans.new", "plans.decide", "plans.end", "plans.sign"),
    ),
)
