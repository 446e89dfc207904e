"""装修's walk and gate: patrols to make, what was seen, who may come in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Renovations")
PASS_STEPS = "extend withdraw lose hand_in".split()
PATROLS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("My patrols"),
        endpoint="renovation_patrols.my",
        icon="eye",
        permission=P.renovation_patrol,
        group=GROUP,
        inner=("renovation_patrols.patrol",),
    ),
    MenuItem(
        title=_l("Patrols due"),
        endpoint="renovation_patrols.due",
        icon="calendar",
        permission=P.renovation_read,
        group=GROUP,
        inner=("renovation_patrols.plan",),
    ),
    MenuItem(
        title=_l("Log of patrols"),
        endpoint="renovation_patrols.index",
        icon="list-search",
        permission=P.renovation_read,
        group=GROUP,
        inner=("renovation_patrols.show",),
    ),
    MenuItem(
        title=_l("Passes of workers"),
        endpoint="renovation_passes.index",
        icon="id",
        permission=P.renovation_read,
        group=GROUP,
        inner=(
            *(f"renovation_passes.{name}" for name in ("show", "new", "secure", *PASS_STEPS)),
            *(f"renovation_workers.{name}" for name in ("new", "paste", "worker", "numbers")),
        ),
    ),
    MenuItem(
        title=_l("Who comes in"),
        endpoint="renovation_passes.gate",
        icon="shield",
        permission=P.renovation_read,
        group=GROUP,
    ),
)
