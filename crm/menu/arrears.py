"""欠费审核: the month's review first, then what it leads to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
ARREARS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Disputed lines"),
        endpoint="dunning.disputes",
        icon="alert-triangle",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("dunning.end_dispute",),
    ),
    MenuItem(
        title=_l("Left out of dunning"),
        endpoint="dunning.exclusions",
        icon="user-check",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("dunning.exclude", "dunning.end_exclusion", "arrears_account.show", "arrears_account.park"),
    ),
    MenuItem(
        title=_l("Dunning steps"),
        endpoint="dunning.index",
        icon="stack",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=(
            "dunning.steps",
            "dunning.new_step",
            "dunning.copy",
            "dunning.edit_step",
            "dunning.retire_step",
            "dunning.letter",
        ),
    ),
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
