"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
REPAIRS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Return visits"),
        endpoint="visits.index",
        icon="phone-call",
        permission=P.repair_visit,
        group=_l("Repairs"),
        inner=("visits.show", "visits.number"),
    ),
    MenuItem(
        title=_l("Repairs to file"),
        endpoint="visits.to_file",
        icon="folder",
        permission=P.repair_visit,
        group=_l("Repairs"),
    ),
    MenuItem(
        title=_l("Incidents"),
        endpoint="incidents.index",
        icon="alert-triangle",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=(
            "incidents.new",
            "incidents.show",
            "incidents.change",
            "incidents.end",
            "incidents.number",
            "incidents.note_caller",
            "incident_jobs.attach",
        ),
    ),
)
