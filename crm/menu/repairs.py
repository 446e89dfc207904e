"""维修: the board first, then what surrounds it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
STEPS = (
    "triage classify assign transfer grab accept arrive start wait resume finish appoint contact hand_back confirm "
    "redo cancel duplicate file"
).split()
REPAIRS_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Dispatch board"),
        endpoint="dispatch.show",
        icon="layout-kanban",
        permission=P.repair_dispatch,
        group=_l("Repairs"),
        inner=("dispatch.day",),
    ),
    MenuItem(
        title=_l("My jobs"),
        endpoint="work.today",
        icon="tool",
        permission=P.repair_work,
        group=_l("Repairs"),
        inner=("work.job",),
    ),
    MenuItem(
        title=_l("Repairs"),
        endpoint="repairs.index",
        icon="clipboard-list",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=(
            "repairs.show",
            "repairs.number",
            "intake.new",
            *(f"repairs.{name}" for name in STEPS),
            *(f"costs.{name}" for name in ("lines", "add_line", "quote", "consent", "decline")),
        ),
    ),
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
    MenuItem(
        title=_l("Figures of repairs"),
        endpoint="repair_figures.index",
        icon="chart-bar",
        permission=P.repair_read,
        group=_l("Repairs"),
    ),
    MenuItem(
        title=_l("Maintenance due"),
        endpoint="maintenance.due",
        icon="calendar",
        permission=P.repair_read,
        group=_l("Repairs"),
    ),
    MenuItem(
        title=_l("Plans of maintenance"),
        endpoint="maintenance.index",
        icon="elevator",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=("maintenance.show", "maintenance.new", "maintenance.edit"),
    ),
    MenuItem(
        title=_l("Repair workers"),
        endpoint="repair_workers.index",
        icon="users",
        permission=P.repair_keep,
        group=_l("Repairs"),
        inner=(
            "repair_workers.show",
            "repair_workers.trades",
            "repair_workers.shifts",
            "repair_workers.new_absence",
            "repair_workers.end_absence",
        ),
    ),
    MenuItem(
        title=_l("Categories of repairs"),
        endpoint="repair_categories.index",
        icon="list-search",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=("repair_categories.new", "repair_categories.new_problem", "repair_categories.edit"),
    ),
    MenuItem(
        title=_l("Repairs taken over"),
        endpoint="repair_imports.index",
        icon="upload",
        permission=P.import_run,
        group=_l("Repairs"),
        inner=("repair_imports.new", "repair_imports.show"),
    ),
    MenuItem(
        title=_l("Materials"),
        endpoint="repair_stock.index",
        icon="stack",
        permission=P.repair_read,
        group=_l("Repairs"),
        inner=(
            "repair_stock.item",
            "repair_stock.new",
            "repair_stock.edit",
            "repair_stock.receive",
            "repair_stock.move",
            "repair_stock.count",
        ),
    ),
)
