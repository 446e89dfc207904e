"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission as P
from crm.web.menu import MenuItem

REPAIRS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Repairs taken over"),
        endpoint="repair_imports.index",
        icon="upload",
        permission=P.import_run,
        group=_l("Repairs"),
        inner=("repair_imports.new", "repair_imports.show"),
    ),
)
