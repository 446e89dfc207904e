"""Permissions are `resource:verb`; roles are sets of them, in this one table."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import abort, g
from flask_babel import lazy_gettext as _l


class Permission(StrEnum):
    signed_in = "account:use"
    property_read = "property:read"
    property_edit = "property:edit"
    customer_read = "customer:read"
    customer_edit = "customer:edit"
    customer_reveal = "customer:reveal"
    customer_export = "customer:export"
    import_run = "import:run"
    user_read = "user:read"
    audit_read = "audit:read"


class RoleName(StrEnum):
    administrator = "administrator"
    service_desk = "service_desk"
    desk_supervisor = "desk_supervisor"
    dispatcher = "dispatcher"
    repair_worker = "repair_worker"
    cashier = "cashier"
    billing_supervisor = "billing_supervisor"
    arrears_reviewer = "arrears_reviewer"
    archivist = "archivist"
    title_custodian = "title_custodian"
    project_manager = "project_manager"
    deputy_general_manager = "deputy_general_manager"
    general_manager = "general_manager"
    chairman = "chairman"
    auditor = "auditor"


P = Permission
EVERYONE = frozenset({P.signed_in})
LOOKS_UP = EVERYONE | {P.property_read, P.customer_read}
SERVES = LOOKS_UP | {P.customer_edit, P.customer_reveal}
MANAGES = LOOKS_UP | {P.customer_reveal, P.customer_export}

ROLES: dict[RoleName, frozenset[Permission]] = {
    # the administrator keeps accounts and imports; customers' files are none of the office's business (2.9)
    RoleName.administrator: EVERYONE | {P.property_read, P.property_edit, P.import_run, P.user_read, P.audit_read},
    RoleName.service_desk: SERVES,
    RoleName.desk_supervisor: SERVES | {P.property_edit, P.customer_export, P.import_run},
    RoleName.dispatcher: LOOKS_UP | {P.customer_reveal},
    RoleName.repair_worker: EVERYONE | {P.property_read},
    RoleName.cashier: LOOKS_UP | {P.customer_reveal},
    RoleName.billing_supervisor: LOOKS_UP | {P.customer_export},
    RoleName.arrears_reviewer: LOOKS_UP | {P.customer_reveal, P.customer_export},
    RoleName.archivist: SERVES | {P.customer_export},
    RoleName.title_custodian: EVERYONE,
    RoleName.project_manager: EVERYONE,
    RoleName.deputy_general_manager: MANAGES,
    RoleName.general_manager: MANAGES | {P.user_read, P.audit_read},
    RoleName.chairman: MANAGES,
    RoleName.auditor: LOOKS_UP | {P.user_read, P.audit_read},
}

ROLE_TITLES = {
    RoleName.administrator: _l("Administrator"),
    RoleName.service_desk: _l("Service desk"),
    RoleName.desk_supervisor: _l("Desk supervisor"),
    RoleName.dispatcher: _l("Dispatcher"),
    RoleName.repair_worker: _l("Repair worker"),
    RoleName.cashier: _l("Cashier"),
    RoleName.billing_supervisor: _l("Billing supervisor"),
    RoleName.arrears_reviewer: _l("Arrears reviewer"),
    RoleName.archivist: _l("Archivist"),
    RoleName.title_custodian: _l("Title custodian"),
    RoleName.project_manager: _l("Project manager"),
    RoleName.deputy_general_manager: _l("Deputy general manager"),
    RoleName.general_manager: _l("General manager"),
    RoleName.chairman: _l("Chairman"),
    RoleName.auditor: _l("Auditor (read-only)"),
}

View = Callable[..., Any]


def requires(permission: Permission) -> Callable[[View], View]:
    """Guard a view: 401 (to the log-in) for strangers, 403 without the permission. Stands under the route."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if g.actor is None:
                abort(401)
            if permission not in g.actor.permissions:
                abort(403)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """Mark a view that strangers may see; there are few, and a test lists them."""
    view.permission = None  # type: ignore[attr-defined]
    return view
