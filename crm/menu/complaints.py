"""投诉与违规: what is complained about, and who keeps its lists."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
COMPLAINTS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Complaints taken over"),
        endpoint="complaint_imports.index",
        icon="upload",
        permission=P.complaint_keep,
        group=_l("Complaints and violations"),
        inner=("complaint_imports.new", "complaint_imports.show"),
    ),
)
