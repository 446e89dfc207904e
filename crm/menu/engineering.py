"""工程档案: drawings, as-built points, work procedures and what of them is to be reviewed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

READ = Permission.engineering_read
GROUP = _l("Engineering files")
STEPS = "version edit new_version readings change hand_in send_back approve confirm withdraw drop".split()
ENGINEERING_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Drawings"),
        endpoint="drawings.index",
        icon="files",
        permission=READ,
        group=GROUP,
        inner=(*(f"drawings.{name}" for name in ("show", "new", "edit", "new_version", "withdraw")), "unit_files.show"),
    ),
    MenuItem(
        title=_l("As-built points"),
        endpoint="points.index",
        icon="map-pin",
        permission=READ,
        group=GROUP,
        inner=tuple(f"points.{name}" for name in ("of_unit", "enter", "show", "replace", "end")),
    ),
    MenuItem(
        title=_l("Work procedures"),
        endpoint="procedures.index",
        icon="clipboard-list",
        permission=READ,
        group=GROUP,
        inner=("procedures.show", "procedures.new", *(f"procedures.{name}" for name in STEPS)),
    ),
    MenuItem(
        title=_l("Procedures to be reviewed"),
        endpoint="procedures.to_review",
        icon="calendar",
        permission=READ,
        group=GROUP,
    ),
)
