"""装修: what is under way, what runs out, who builds, and what each kind of work needs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.menu.patrols import GROUP, PATROLS_MENU
from crm.web.menu import MenuItem

P = Permission
STEPS = (
    "change complete examine give_back refuse sign permit begin extend stop resume withdraw "
    "bring alter decide_alteration decide_extension tie let_go fees number"
).split()
CASES: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Renovations"),
        endpoint="renovations.index",
        icon="tool",
        permission=P.renovation_read,
        group=GROUP,
        inner=("renovations.show", "renovation_intake.new", *(f"renovations.{name}" for name in STEPS)),
    ),
    MenuItem(
        title=_l("Permits that run out"),
        endpoint="renovations.permits",
        icon="clock",
        permission=P.renovation_read,
        group=GROUP,
    ),
)
ENDS: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Checks of renovations"),
        endpoint="renovation_checks.due",
        icon="eye",
        permission=P.renovation_read,
        group=GROUP,
        inner=tuple(f"renovation_checks.{name}" for name in ("check", "finish", "shorten", "bring_drawing")),
    ),
    MenuItem(
        title=_l("Fix lists of renovations"),
        endpoint="renovation_checks.fixes",
        icon="alert-circle",
        permission=P.renovation_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Renovation deposits due back"),
        endpoint="renovation_settlements.due_back",
        icon="arrow-back-up",
        permission=P.renovation_read,
        group=GROUP,
        inner=("renovation_settlements.propose", "renovation_settlements.close", "renovation_settlements.reopen"),
    ),
    MenuItem(
        title=_l("Settlements of renovations"),
        endpoint="renovation_settlements.index",
        icon="receipt",
        permission=P.renovation_read,
        group=GROUP,
        inner=tuple(
            f"renovation_settlements.{name}" for name in "show sign object reply carry_out refund drop".split()
        ),
    ),
)
CHECKED: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("What is checked"),
        endpoint="renovation_check_items.index",
        icon="list-search",
        permission=P.renovation_read,
        group=GROUP,
        inner=tuple(f"renovation_check_items.{name}" for name in ("new", "new_item", "edit")),
    ),
)
LOOKED_UP: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Building firms"),
        endpoint="renovations.contractors",
        icon="users",
        permission=P.renovation_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Works and papers"),
        endpoint="renovation_works.index",
        icon="list-search",
        permission=P.renovation_read,
        group=GROUP,
        inner=tuple(f"renovation_works.{name}" for name in ("new", "new_work", "edit", "new_paper", "edit_paper")),
    ),
)
# what is done on site and after it stands between them
RENOVATIONS_MENU: tuple[MenuItem, ...] = (*CASES, *PATROLS_MENU, *ENDS, *LOOKED_UP, *CHECKED)
