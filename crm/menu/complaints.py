"""投诉与违规: the complaints first, then whom to call back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
STEPS = (
    "acknowledge classify reclassify assign investigate plan approve_plan act reply contact reopen escalate close "
    "file withdraw"
).split()
COMPLAINTS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Complaints"),
        endpoint="complaints.index",
        icon="message-circle",
        permission=P.complaint_read,
        group=_l("Complaints and violations"),
        inner=("complaints.show", "complaints.number", *(f"complaints.{name}" for name in STEPS)),
    ),
    MenuItem(
        title=_l("Call-backs"),
        endpoint="complaints.callbacks",
        icon="phone-call",
        permission=P.complaint_visit,
        group=_l("Complaints and violations"),
        inner=("complaints.callback",),
    ),
    MenuItem(
        title=_l("Categories of complaints"),
        endpoint="complaint_categories.index",
        icon="list-search",
        permission=P.complaint_read,
        group=_l("Complaints and violations"),
        inner=("complaint_categories.new", "complaint_categories.new_kind", "complaint_categories.edit"),
    ),
    MenuItem(
        title=_l("Complaints taken over"),
        endpoint="complaint_imports.index",
        icon="upload",
        permission=P.complaint_keep,
        group=_l("Complaints and violations"),
        inner=("complaint_imports.new", "complaint_imports.show"),
    ),
)
