"""Permissions are `resource:verb`; roles are sets of them, in this one table."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import StrEnum
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g
from flask_babel import gettext as _
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
READS_FIGURES = frozenset({P.review_read, P.statistics_read})
MENDS = frozenset({P.review_read, P.review_mend})
ANSWERS = (
    LOOKS_UP
    | READS_CASES
    | {P.customer_reveal, P.call_log, P.repair_read, P.repair_log, P.violation_log, P.complaint_log}
)
SERVES = (
    ANSWERS
    | {P.customer_edit, P.dossier_read, P.dossier_file, P.billing_read, P.arrears_read, P.arrears_contact}
    | {P.repair_agree, P.repair_visit, P.letter_keep, P.letter_deliver, P.notice_write, P.notice_deliver}
    | {P.violation_handle, P.complaint_handle, P.complaint_visit}
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
    | READS_FIGURES
    | {P.review_mend, P.notice_issue, P.violation_decide}
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
    | {P.notice_issue, P.violation_decide, P.complaint_lead, P.complaint_keep, P.review_keep, P.statistics_read},
    RoleName.dispatcher: ANSWERS
    | {P.repair_agree, P.repair_dispatch, P.repair_work, P.repair_visit, P.repair_keep, P.list_share}
    | {P.violation_handle, P.letter_deliver, P.complaint_handle, P.statistics_read},
    RoleName.repair_worker: STAFF | {P.property_read, P.repair_read, P.repair_agree, P.repair_work},
    RoleName.cashier: ANSWERS | MENDS | {P.billing_read, P.cash_take, P.arrears_read, P.arrears_contact},
    RoleName.billing_supervisor: LOOKS_UP
    | MENDS
    | {P.customer_export, P.list_share, P.policy_read, P.import_run}
    | {P.billing_read, P.billing_price, P.billing_run, P.billing_approve}
    | {P.arrears_read, P.arrears_approve, P.repair_read, P.statistics_read}
    | READS_CASES,
    RoleName.arrears_reviewer: ANSWERS
    | MENDS
    | {P.customer_export, P.list_share, P.billing_read}
    | {P.arrears_read, P.arrears_contact, P.arrears_review, P.statistics_read},
    RoleName.archivist: SERVES
    | READS_ARCHIVE
    | READS_FIGURES
    | {P.customer_export, P.customer_merge, P.list_share}
    | {P.dossier_keep, P.dossier_trace, P.review_keep, P.review_sign, P.file_check}
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
    | READS_FIGURES,
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

RESOURCE_TITLES = {  # the first word of a permission, in the order of the matrix
    "account": _l("Own account"),
    "property": _l("Premises"),
    "customer": _l("Customers"),
    "call": _l("Calls"),
    "list": _l("Lists"),
    "import": _l("Imports"),
    "user": _l("Accounts"),
    "policy": _l("Company settings"),
    "audit": _l("Logs"),
    "job": _l("Background work"),
    "file": _l("Stored files"),
    "dossier": _l("Dossiers"),
    "credit": _l("Loans and guarantees"),
    "archive": _l("Archive"),
    "title": _l("Title documents"),
    "slip": _l("Lending"),
    "disposal": _l("Appraisal and disposal"),
    "billing": _l("Charges and bills"),
    "cash": _l("Counter"),
    "arrears": _l("Arrears"),
    "repair": _l("Repairs"),
    "letter": _l("Letters"),
    "notice": _l("Notices"),
    "violation": _l("Violations"),
    "complaint": _l("Complaints"),
    "review": _l("Filing reviews"),
    "statistics": _l("Statistics"),
}

PERMISSION_TITLES = {
    P.signed_in: _l("Sign in, keep the own account"),
    P.property_read: _l("See estates, units and equipment"),
    P.property_edit: _l("Add and change estates, units and equipment"),
    P.customer_read: _l("See customers' files, numbers masked"),
    P.customer_edit: _l("Register customers and supplement their files"),
    P.customer_reveal: _l("Show a number in full, with a reason"),
    P.customer_export: _l("Export and print lists of customers"),
    P.customer_merge: _l("Merge two files of one customer"),
    P.call_log: _l("Take calls and note them"),
    P.list_share: _l("Share saved lists with others"),
    P.import_run: _l("Import workbooks"),
    P.user_read: _l("See accounts, roles and sessions"),
    P.user_edit: _l("Keep accounts and give roles"),
    P.policy_read: _l("See the company's settings"),
    P.policy_edit: _l("Change the company's settings"),
    P.audit_read: _l("Read the operation log and the log-ins"),
    P.job_oversee: _l("See everybody's background work"),
    P.job_keep: _l("Pause scheduled tasks, run them at once"),
    P.file_check: _l("See whether the stored files are whole"),
    P.dossier_read: _l("See dossiers and their lists"),
    P.dossier_file: _l("File documents into customers' dossiers"),
    P.dossier_keep: _l("Keep the archive: receive, number, place, correct"),
    P.dossier_trace: _l("See who used which dossier, and what for"),
    P.credit_read: _l("See loan and guarantee projects of one's own"),
    P.credit_prepare: _l("Keep projects, prepare and hand over their dossiers"),
    P.credit_oversee: _l("See everybody's loan and guarantee projects"),
    P.credit_approve: _l("Approve projects by rank, correct their end, replace A or B"),
    P.credit_reveal: _l("Show a client's number in full, with a reason"),
    P.archive_approve: _l("Approve postponements, corrections, waivers and lending"),
    P.archive_appoint: _l("Appoint custodians"),
    P.title_read: _l("See title documents and the vault's books"),
    P.title_keep: _l("Keep the vault: receive, ask for vouchers, carry them out, count"),
    P.title_witness: _l("Be the second person at the vault"),
    P.title_approve: _l("Approve what leaves the vault, order counts"),
    P.slip_ask: _l("Borrow from the archive by slip"),
    P.slip_read: _l("See everybody's slips"),
    P.slip_keep: _l("Issue, take back, check and put back what is lent"),
    P.disposal_read: _l("See retention periods, holds and destruction lists"),
    P.disposal_keep: _l("Propose what is to be destroyed, and destroy what was approved"),
    P.disposal_hold: _l("Place and lift holds on dossiers"),
    P.disposal_appraise: _l("Give an opinion in the appraisal group"),
    P.disposal_approve: _l("Approve destruction lists"),
    P.disposal_witness: _l("Witness a destruction"),
    P.billing_read: _l("See charges, bills, payments and receipts"),
    P.billing_price: _l("Keep charge items, tariffs and shared costs"),
    P.billing_run: _l("Enter meter readings, preview and publish bills"),
    P.billing_approve: _l("Approve waivers, write-offs and refunds, sign day closes, close months"),
    P.cash_take: _l("Take money and deposits, print receipts, ask for refunds and waivers"),
    P.arrears_read: _l("See arrears reviews, demands, promises and contacts"),
    P.arrears_contact: _l("Note contacts about arrears and promises to pay"),
    P.arrears_review: _l("Review arrears: decide, make demands, ask for plans and lawyers"),
    P.arrears_approve: _l("Sign arrears reviews, approve plans and lawyers"),
    P.repair_read: _l("See repairs, incidents and planned maintenance"),
    P.repair_log: _l("Take repair reports, cancel them"),
    P.repair_agree: _l("Note times and quotes agreed with customers"),
    P.repair_dispatch: _l("Dispatch repairs, open incidents"),
    P.repair_work: _l("Do repairs: accept, work, finish"),
    P.repair_visit: _l("Make return visits, file repairs"),
    P.repair_keep: _l("Keep categories, workers, plans and stock of repairs"),
    P.letter_read: _l("See letters in and out, and notices"),
    P.letter_keep: _l("Register letters, send, answer and file them"),
    P.letter_deliver: _l("Bring letters of ours, note how they arrived"),
    P.notice_write: _l("Draft notices and letters to many, keep their wordings"),
    P.notice_issue: _l("Issue and withdraw notices"),
    P.notice_deliver: _l("Print, mail and bring notices, note who was reached"),
    P.violation_read: _l("See violations"),
    P.violation_log: _l("Note violations"),
    P.violation_handle: _l("Serve notices of violations, inspect again, settle and file"),
    P.violation_decide: _l("Stop work, report to an authority, ask for deductions, drop violations"),
    P.complaint_read: _l("See complaints"),
    P.complaint_log: _l("Take complaints"),
    P.complaint_handle: _l("Handle complaints: classify, investigate, act, reply"),
    P.complaint_visit: _l("Call back, close and file complaints"),
    P.complaint_lead: _l("Approve plans, handle what was opened again, verify corrective actions"),
    P.complaint_decide: _l("Approve compensation, decide what was escalated"),
    P.complaint_keep: _l("Keep categories, causes and contractors of complaints, take over histories"),
    P.review_read: _l("See filing reviews and what they found"),
    P.review_mend: _l("Look at a dossier again, note what was done about a finding"),
    P.review_keep: _l("Run filing reviews, hand findings out, draw samples and count paper"),
    P.review_sign: _l("Sign filing reviews off"),
    P.statistics_read: _l("See the statistics and the month-end pack"),
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
