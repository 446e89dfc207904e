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
    MenuItem(
        title=_l("To contact today"),
        endpoint="contacts.due",
        icon="phone-call",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("contacts.new",),
    ),
    MenuItem(
        title=_l("Demand letters"),
        endpoint="letters.index",
        icon="mail",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=LETTER_PAGES,
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
    MenuItem(
        title=_l("Disputed lines"),
        endpoint="dunning.disputes",
        icon="alert-triangle",
        permission=P.arrears_read,
        group=_l("Arrears"),
        inner=("dunning.end_dispute",),
    ),
    MenuItem(
        title=_l("Limitation"),
        endpoint="limitation.index",
        icon="history",
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
    MenuItem(
        title=_l("Contacts about arrears"),
        endpoint="contacts.index",
        icon="message-circle",
        permission=P.arrears_read,
        group=_l("Arrears"),
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
)
