"""系统: imports, background work, accounts, settings, logs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.web.menu import MenuItem

P = Permission
SYSTEM_MENU: tuple[MenuItem, ...] = (
    MenuItem(
        title=_l("Set up"), endpoint="start.index", icon="clipboard-list", permission=P.user_read, group=_l("System")
    ),
    MenuItem(
        title=_l("Import"),
        endpoint="imports.index",
        icon="upload",
        permission=P.import_run,
        group=_l("System"),
        inner=("imports.new", "imports.show"),
    ),
    MenuItem(
        title=_l("Background work"),
        endpoint="jobs.index",
        icon="stack",
        permission=P.signed_in,
        group=_l("System"),
        inner=("jobs.show",),
    ),
    MenuItem(
        title=_l("Accounts"),
        endpoint="admin.users",
        icon="users",
        permission=P.user_read,
        group=_l("System"),
        inner=(
            "admin.user",
            "admin.new_user",
            "admin.edit_user",
            "admin.user_roles",
            "admin.account_step",
            "admin.departments",
            "admin.new_department",
            "admin.edit_department",
            "admin.roles",
            "admin.scopes",
            "admin.sessions",
            "admin.end_session",
        ),
    ),
    MenuItem(
        title=_l("Company settings"),
        endpoint="admin.figures",
        icon="settings",
        permission=P.policy_read,
        group=_l("System"),
        inner=(
            "admin.figure",
            "admin.set_figure",
            "admin.dictionaries",
            "admin.dictionary",
            "admin.new_entry",
            "admin.edit_entry",
        ),
    ),
    MenuItem(
        title=_l("Working calendar"),
        endpoint="worktime.index",
        icon="calendar",
        permission=P.policy_read,
        group=_l("System"),
        inner=("worktime.notice", "worktime.new_notice"),
    ),
    MenuItem(
        title=_l("Scheduled tasks"),
        endpoint="clock.index",
        icon="clock",
        permission=P.job_oversee,
        group=_l("System"),
        inner=("clock.show", "clock.pause"),
    ),
    MenuItem(
        title=_l("Stored files"),
        endpoint="stored.index",
        icon="files",
        permission=P.file_check,
        group=_l("System"),
    ),
    MenuItem(
        title=_l("Outgoing mail"),
        endpoint="outbox.index",
        icon="mail",
        permission=P.job_oversee,
        group=_l("System"),
    ),
    MenuItem(
        title=_l("Logs"),
        endpoint="admin.operations",
        icon="history",
        permission=P.audit_read,
        group=_l("System"),
        inner=("admin.entries", "admin.entry", "admin.logins"),
    ),
)
