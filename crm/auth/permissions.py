"""Permissions are `resource:verb`; roles are sets of them, in this one table."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g
from flask_babel import gettext as _


class Permission(StrEnum):
    signed_in = "account:use"
    property_read = "property:read"
    property_edit = "property:edit"
    customer_read = "customer:read"
    customer_edit = "customer:edit"
    customer_reveal = "customer:reveal"
    customer_export = "customer:export"
    import_run = "import:run"
    customer_merge = "customer:merge"
    call_log = "call:log"
    list_share = "list:share"
    user_read = "user:read"
    user_edit = "user:edit"
    policy_read = "policy:read"
    policy_edit = "policy:edit"
    audit_read = "audit:read"
    job_oversee = "job:oversee"
    job_keep = "job:keep"
    file_check = "file:check"
    dossier_read = "dossier:read"
    dossier_file = "dossier:file"
    dossier_keep = "dossier:keep"
    dossier_trace = "dossier:trace"
    credit_read = "credit:read"
    credit_prepare = "credit:prepare"
    credit_oversee = "credit:oversee"
    credit_approve = "credit:approve"
    credit_reveal = "credit:reveal"
    archive_approve = "archive:approve"
    archive_appoint = "archive:appoint"
    billing_read = "billing:read"
    billing_price = "billing:price"
    billing_run = "billing:run"
    billing_approve = "billing:approve"
    cash_take = "cash:take"
    arrears_read = "arrears:read"
    arrears_contact = "arrears:contact"
    arrears_review = "arrears:review"
    arrears_approve = "arrears:approve"
    repair_read = "repair:read"
    repair_log = "repair:log"
    repair_agree = "repair:agree"
    repair_dispatch = "repair:dispatch"
    repair_work = "repair:work"
    repair_visit = "repair:visit"
    repair_keep = "repair:keep"
    letter_read = "letter:read"
    letter_keep = "letter:keep"
    letter_deliver = "letter:deliver"
    notice_write = "notice:write"
    notice_issue = "notice:issue"
    notice_deliver = "notice:deliver"
    violation_read = "violation:read"
    violation_log = "violation:log"
    violation_handle = "violation:handle"
    violation_decide = "violation:decide"
    complaint_read = "complaint:read"
    complaint_log = "complaint:log"
    complaint_handle = "complaint:handle"
    complaint_visit = "complaint:visit"
    complaint_lead = "complaint:lead"
    complaint_decide = "complaint:decide"
    complaint_keep = "complaint:keep"
    renovation_read = "renovation:read"
    renovation_log = "renovation:log"
    renovation_check = "renovation:check"
    renovation_patrol = "renovation:patrol"
    renovation_decide = "renovation:decide"
    move_read = "move:read"
    move_handle = "move:handle"
    engineering_read = "engineering:read"
    engineering_keep = "engineering:keep"
    engineering_decide = "engineering:decide"
    review_read = "review:read"
    review_mend = "review:mend"
    review_keep = "review:keep"
    review_sign = "review:sign"
    statistics_read = "statistics:read"
    title_read = "title:read"
    title_keep = "title:keep"
    title_witness = "title:witness"
    title_approve = "title:approve"
    slip_ask = "slip:ask"
    slip_read = "slip:read"
    slip_keep = "slip:keep"
    disposal_read = "disposal:read"
    disposal_keep = "disposal:keep"
    disposal_hold = "disposal:hold"
    disposal_appraise = "disposal:appraise"
    disposal_approve = "disposal:approve"
    disposal_witness = "disposal:witness"


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


ACTS_FOR_THE_ARCHIVE = frozenset(
    {
        RoleName.archivist,
        RoleName.title_custodian,
        RoleName.project_manager,
        RoleName.deputy_general_manager,
        RoleName.general_manager,
        RoleName.chairman,
    }
)


def not_together(roles: Collection[RoleName]) -> str:
    """Why one account cannot have these roles, or "": whoever keeps the accounts signs and approves nothing (2.9)."""
    if RoleName.administrator in roles and not ACTS_FOR_THE_ARCHIVE.isdisjoint(roles):
        return _("Whoever administers the accounts neither hands over nor keeps nor approves. Use two accounts.")
    return ""


P = Permission
EVERYONE = frozenset({P.signed_in})
STAFF = EVERYONE | {P.slip_ask}  # the administrator borrows nothing (2.9)
LOOKS_UP = STAFF | {P.property_read, P.customer_read}
READS_CASES = frozenset({P.letter_read, P.violation_read, P.complaint_read})
READS_UNITS = frozenset({P.renovation_read, P.move_read, P.engineering_read})
READS_FIGURES = frozenset({P.review_read, P.statistics_read})
MENDS = frozenset({P.review_read, P.review_mend})
ANSWERS = (
    LOOKS_UP
    | READS_CASES
    | READS_UNITS
    | {P.customer_reveal, P.call_log, P.repair_read, P.repair_log, P.violation_log, P.complaint_log}
)
SERVES = (
    ANSWERS
    | {P.customer_edit, P.dossier_read, P.dossier_file, P.billing_read, P.arrears_read, P.arrears_contact}
    | {P.repair_agree, P.repair_visit, P.letter_keep, P.letter_deliver, P.notice_write, P.notice_deliver}
    | {P.violation_handle, P.complaint_handle, P.complaint_visit}
    | {P.renovation_log, P.move_handle}
    | MENDS
)
READS_ARCHIVE = frozenset({P.dossier_read, P.credit_read, P.credit_oversee, P.title_read, P.slip_read, P.disposal_read})
MANAGES = (
    LOOKS_UP
    | READS_ARCHIVE
    | {P.customer_reveal, P.customer_export, P.list_share, P.policy_read}
    | {P.archive_approve, P.credit_approve, P.credit_reveal, P.title_witness}
    | {P.disposal_appraise, P.disposal_witness, P.disposal_hold}
    | {P.billing_read, P.billing_approve, P.arrears_read, P.arrears_approve, P.repair_read}
    | READS_CASES
    | READS_UNITS
    | READS_FIGURES
    | {P.review_mend, P.notice_issue, P.violation_decide, P.renovation_decide, P.engineering_decide}
    | {P.complaint_handle, P.complaint_visit, P.complaint_lead, P.complaint_decide}
)
OVERSEES = frozenset({P.user_read, P.policy_read, P.audit_read, P.job_oversee, P.file_check})

ROLES: dict[RoleName, frozenset[Permission]] = {
    # the administrator keeps accounts and imports; customers' files are none of the office's business (2.9)
    RoleName.administrator: EVERYONE
    | OVERSEES
    | {P.property_read, P.property_edit, P.import_run, P.user_edit, P.policy_edit, P.job_keep},
    RoleName.service_desk: SERVES,
    RoleName.desk_supervisor: SERVES
    | {P.property_edit, P.customer_export, P.customer_merge, P.list_share, P.import_run, P.repair_keep}
    | {P.notice_issue, P.violation_decide, P.complaint_lead, P.complaint_keep, P.review_keep, P.statistics_read}
    | {P.renovation_patrol, P.renovation_decide},
    RoleName.dispatcher: ANSWERS
    | {P.repair_agree, P.repair_dispatch, P.repair_work, P.repair_visit, P.repair_keep, P.list_share}
    | {P.violation_handle, P.letter_deliver, P.complaint_handle, P.statistics_read}
    | {P.renovation_check, P.renovation_patrol, P.engineering_keep, P.engineering_decide},
    RoleName.repair_worker: STAFF
    | {P.property_read, P.repair_read, P.repair_agree, P.repair_work}
    | {P.renovation_read, P.renovation_patrol, P.engineering_read},
    RoleName.cashier: ANSWERS | MENDS | {P.billing_read, P.cash_take, P.arrears_read, P.arrears_contact},
    RoleName.billing_supervisor: LOOKS_UP
    | MENDS
    | {P.customer_export, P.list_share, P.policy_read, P.import_run}
    | {P.billing_read, P.billing_price, P.billing_run, P.billing_approve}
    | {P.arrears_read, P.arrears_approve, P.repair_read, P.statistics_read}
    | READS_CASES
    | READS_UNITS,
    RoleName.arrears_reviewer: ANSWERS
    | MENDS
    | {P.customer_export, P.list_share, P.billing_read}
    | {P.arrears_read, P.arrears_contact, P.arrears_review, P.statistics_read},
    RoleName.archivist: SERVES
    | READS_ARCHIVE
    | READS_FIGURES
    | {P.customer_export, P.customer_merge, P.list_share}
    | {P.dossier_keep, P.dossier_trace, P.review_keep, P.review_sign, P.file_check, P.engineering_keep}
    | {P.title_witness, P.slip_keep, P.disposal_keep, P.disposal_hold, P.disposal_appraise},
    RoleName.title_custodian: STAFF | READS_ARCHIVE | {P.title_keep, P.title_witness, P.disposal_witness},
    # one's own projects only: who oversees sees them all
    RoleName.project_manager: STAFF
    | {P.title_read, P.disposal_witness}
    | {P.dossier_read, P.credit_read, P.credit_prepare, P.credit_reveal}
    | MENDS,
    RoleName.deputy_general_manager: MANAGES,
    RoleName.general_manager: MANAGES
    | OVERSEES
    | {P.archive_appoint, P.dossier_trace, P.title_approve, P.disposal_approve},
    RoleName.chairman: MANAGES | {P.title_approve, P.disposal_approve},
    RoleName.auditor: LOOKS_UP
    | OVERSEES
    | READS_ARCHIVE
    | {P.dossier_trace, P.billing_read, P.arrears_read, P.repair_read}
    | {P.disposal_appraise, P.disposal_witness}
    | READS_CASES
    | READS_UNITS
    | READS_FIGURES,
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


def opens(endpoint: str) -> bool:
    """Whether the acting person's permissions lead to this page; what a rule of its own refuses is not known here."""
    view = current_app.view_functions.get(endpoint)
    needed = getattr(view, "permission", "")
    return needed is None or needed in g.actor.permissions


def leads_to(address: str) -> str:
    """An address of ours for whoever may open it, else "": no link leads to a refusal."""
    endpoint, _arguments = current_app.url_map.bind("localhost").match(urlsplit(address).path)
    return address if opens(endpoint) else ""


def public(view: View) -> View:
    """Mark a view that strangers may see; there are few, and a test lists them."""
    view.permission = None  # type: ignore[attr-defined]
    return view
