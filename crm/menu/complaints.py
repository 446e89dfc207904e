"""投诉与违规: the complaints first and whom to call back, then what is to be looked at again."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
GROUP = _l("Complaints and violations")
VIOLATION_STEPS = "change serve extend passed failed stop escalate deduct settle file drop".split()
VIOLATIONS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Violations to look at again"),
        endpoint="violations.inspections",
        icon="eye",
        permission=P.violation_handle,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Violations"),
        endpoint="violations.index",
        icon="alert-circle",
        permission=P.violation_read,
        group=GROUP,
        inner=(
            "violations.show",
            "violation_intake.new",
            *(f"violations.{name}" for name in VIOLATION_STEPS),
        ),
    ),
    MenuItem(
        title=_l("Types of violations"),
        endpoint="violation_types.index",
        icon="list-search",
        permission=P.violation_read,
        group=GROUP,
        inner=("violation_types.new", "violation_types.new_type", "violation_types.edit"),
    ),
)
STEPS = (
    "acknowledge classify reclassify assign investigate plan approve_plan act reply contact reopen escalate close "
    "file withdraw join"
).split()
COMPLAINTS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Complaints"),
        endpoint="complaints.index",
        icon="message-circle",
        permission=P.complaint_read,
        group=GROUP,
        inner=(
            "complaints.show",
            "complaints.number",
            "complaint_intake.new",
            "complaint_intake.add_caller",
            *(f"complaints.{name}" for name in STEPS),
        ),
    ),
    MenuItem(
        title=_l("Call-backs"),
        endpoint="complaints.callbacks",
        icon="phone-call",
        permission=P.complaint_visit,
        group=GROUP,
        inner=("complaints.callback",),
    ),
    MenuItem(
        title=_l("Categories of complaints"),
        endpoint="complaint_categories.index",
        icon="list-search",
        permission=P.complaint_read,
        group=GROUP,
        inner=("complaint_categories.new", "complaint_categories.new_kind", "complaint_categories.edit"),
    ),
    MenuItem(
        title=_l("Corrective actions"),
        endpoint="corrective_actions.index",
        icon="tool",
        permission=P.complaint_read,
        group=GROUP,
        inner=tuple(f"corrective_actions.{name}" for name in ("new", "finish", "verify", "send_back", "drop")),
    ),
    MenuItem(
        title=_l("Compensations"),
        endpoint="compensations.index",
        icon="coin",
        permission=P.complaint_read,
        group=GROUP,
        inner=tuple(f"compensations.{name}" for name in ("show", "new", "approve", "refuse", "take_back", "give")),
    ),
    MenuItem(
        title=_l("Figures of complaints"),
        endpoint="complaint_figures.index",
        icon="chart-bar",
        permission=P.complaint_read,
        group=GROUP,
    ),
    MenuItem(
        title=_l("Complaints taken over"),
        endpoint="complaint_imports.index",
        icon="upload",
        permission=P.complaint_keep,
        group=GROUP,
        inner=("complaint_imports.new", "complaint_imports.show"),
    ),
    *VIOLATIONS_MENU,
)
