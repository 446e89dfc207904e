"""The whole map of cross-talk: events to handlers, the menu, and what the shell shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from flask import Flask, g
from flask_babel import LazyString
from markupsafe import Markup

from crm.admin import handlers as admin_handlers
from crm.archive.credit import events as credit
from crm.archive.credit import history as credit_history
from crm.archive.credit.importing import jobs as register_jobs
from crm.archive.credit.papers import PAPERS as CREDIT_PAPERS
from crm.archive.dossiers import events as dossiers
from crm.archive.dossiers import history as dossier_history
from crm.archive.dossiers.papers import PAPERS
from crm.archive.dossiers.proof import papers as proof_papers
from crm.archive.dossiers.views.show import SUBJECT_PAGES, SUPPLEMENT_PAGES
from crm.archive.handover import handlers as handover
from crm.archive.handover import history as handover_history
from crm.archive.handover.papers import PAPERS as HANDOVER_PAPERS
from crm.archive.vault import handlers as vault
from crm.archive.vault.documents import handlers as titles
from crm.audit.log import handlers
from crm.auth.actor import Actor
from crm.auth.titles import ROLE_TITLES
from crm.billing import jobs as books
from crm.billing.arrears import matters
from crm.billing.arrears.account.present import ARREARS
from crm.billing.arrears.cases import history as case_history
from crm.billing.arrears.contacts import history as contact_history
from crm.billing.arrears.dunning import timeline as dunning
from crm.billing.arrears.evidence import history as evidence_history
from crm.billing.arrears.evidence import jobs as evidence_jobs
from crm.billing.arrears.evidence import papers as evidence_papers
from crm.billing.arrears.evidence import serving
from crm.billing.arrears.follow_up.present import TALKS
from crm.billing.arrears.letters import handlers as demand_mails
from crm.billing.arrears.letters import history as letters_history
from crm.billing.arrears.letters import jobs as letter_jobs
from crm.billing.arrears.letters.papers import PAPERS as LETTER_PAPERS
from crm.billing.arrears.letters.papers import as_sent
from crm.billing.arrears.limitation import history as limitation_history
from crm.billing.arrears.limitation.present import claimable
from crm.billing.arrears.promises import history as promise_history
from crm.billing.arrears.promises.suspension import covered_days
from crm.billing.arrears.reviews import history as review_history
from crm.billing.cashier import finding as counter
from crm.billing.cashier import handlers as cashier
from crm.billing.cashier import history as cashier_history
from crm.billing.cashier.flows import flows
from crm.billing.cashier.papers import PAPERS as CASHIER_PAPERS
from crm.billing.charges import standing
from crm.billing.collection import jobs as collection_jobs
from crm.billing.deposits import events as deposit_events
from crm.billing.deposits import history as deposit_history
from crm.billing.deposits.flows import FLOWS as DEPOSIT_FLOWS
from crm.billing.deposits.present import DEPOSITS, HELD_DEPOSITS
from crm.billing.importing.history import jobs as history_jobs
from crm.billing.latefees.suspensions import suspensions
from crm.billing.ledger import events as ledger
from crm.billing.ledger import grounds
from crm.billing.ledger import handlers as bills
from crm.billing.ledger import history as ledger_history
from crm.billing.ledger import notes as bill_notes
from crm.billing.ledger.moving_out import CREDIT, OPEN_BILLS
from crm.billing.ledger.present import ACCOUNT
from crm.billing.ledger.queries import has_bills
from crm.billing.meters.moving_out import UNREAD_METERS
from crm.billing.runs import jobs as run_jobs
from crm.billing.runs import papers as run_papers
from crm.billing.runs.moving_out import UNBILLED
from crm.billing.runs.published import published_months
from crm.calls import events as call_events
from crm.calls import history as calls
from crm.calls import matters as call_matters
from crm.calls.served import calls_handled
from crm.complaints.cases import events as complaints
from crm.complaints.cases import handlers as complaint_handlers
from crm.complaints.cases import matters as complaint_matters
from crm.complaints.importing import jobs as complaint_import_jobs
from crm.complaints.links import handlers as complaint_link_handlers
from crm.correspondence.letters import events as letter_events
from crm.correspondence.letters import handlers as letter_mails
from crm.correspondence.mailing import jobs as mailing_jobs
from crm.correspondence.notices import handlers as notice_mails
from crm.correspondence.notices import jobs as notice_jobs
from crm.desk import handlers as desk
from crm.desk.pinyin import typed_as
from crm.desk.queries import search
from crm.files import events as stored
from crm.imports import events as imports
from crm.imports import jobs as import_jobs
from crm.jobs import proof
from crm.jobs.kinds import Kind, kinds
from crm.lists import jobs as list_jobs
from crm.menu.archive import ARCHIVE_MENU
from crm.menu.arrears import ARREARS_MENU
from crm.menu.billing import BILLING_MENU
from crm.menu.complaints import COMPLAINTS_MENU
from crm.menu.desk import DESK_MENU
from crm.menu.engineering import ENGINEERING_MENU
from crm.menu.leaving import LEAVING_MENU
from crm.menu.letters import LETTERS_MENU
from crm.menu.moves import MOVES_MENU
from crm.menu.renovations import RENOVATIONS_MENU
from crm.menu.repairs import REPAIRS_MENU
from crm.menu.review import REVIEW_MENU
from crm.menu.statistics import STATISTICS_MENU
from crm.menu.system import SYSTEM_MENU
from crm.menu.vault import VAULT_MENU
from crm.notifications.queries import unread_count
from crm.outbox import events as outbox
from crm.policy import events as policy
from crm.properties import events as properties
from crm.properties.models import Estate
from crm.properties.parts import equipment_parts, unit_parts
from crm.properties.queries import visible_estates
from crm.repairs.costs import history as repair_cost_history
from crm.repairs.importing import history as repair_import_history
from crm.repairs.importing import jobs as repair_import_jobs
from crm.repairs.incidents import attached as incident_jobs
from crm.repairs.incidents import events as incidents
from crm.repairs.incidents import history as incident_history
from crm.repairs.orders import charged as repair_charged
from crm.repairs.orders import events as repairs
from crm.repairs.orders import handlers as repair_handlers
from crm.repairs.orders import history as repair_history
from crm.repairs.orders import matters as repair_matters
from crm.repairs.orders import present as repair_present
from crm.repairs.orders.attached import jobs_of
from crm.repairs.plans import handlers as maintenance
from crm.repairs.plans import history as maintenance_history
from crm.repairs.plans.present import EQUIPMENT as MAINTENANCE
from crm.review import jobs as review_jobs
from crm.statistics import jobs as statistics_jobs
from crm.tenants import closing, history, moving_out, ours, paper, tabs
from crm.tenants import events as tenants
from crm.tenants import handlers as filing
from crm.tenants.money import money_parts
from crm.violations.cases import events as violations
from crm.violations.cases import handlers as violation_handlers
from crm.web.menu import drawn
from crm.wiring.approvals import ASKED, connect_approvals
from crm.wiring.archive import connect_archive
from crm.wiring.cases import connect_complaints, connect_letters, connect_notices, connect_violations
from crm.wiring.disposal import connect_disposal
from crm.wiring.engineering import connect_engineering
from crm.wiring.leaving import connect_leaving
from crm.wiring.moves import connect_moves
from crm.wiring.patrols import HANDLERS as OF_PATROLS
from crm.wiring.patrols import connect_patrols
from crm.wiring.renovations import HANDLERS as OF_RENOVATIONS
from crm.wiring.renovations import connect_renovations
from crm.wiring.review import connect_review
from crm.wiring.settlements import HANDLERS as OF_SETTLEMENTS
from crm.wiring.settlements import connect_settlements
from crm.wiring.vault import connect_vault
from crm.worktime import events as worktime

HANDLERS: dict[type, list[Callable[[Any], None]]] = {
    properties.EstateAdded: [desk.estate_changed],
    properties.EstateChanged: [desk.estate_changed],
    properties.UnitAdded: [desk.unit_changed],
    properties.UnitChanged: [desk.unit_changed],
    tenants.CustomerRegistered: [desk.customer_changed, filing.customer_appeared],
    tenants.CustomerSupplemented: [desk.customer_changed, filing.customer_supplemented],
    tenants.PhoneAdded: [desk.customer_changed],
    tenants.PhoneEnded: [desk.customer_changed],
    tenants.MemberAdded: [desk.customer_changed],
    tenants.MemberLeft: [desk.customer_changed],
    tenants.EmergencyContactAdded: [desk.customer_changed],
    tenants.EmergencyContactEnded: [desk.customer_changed],
    tenants.VehicleAdded: [desk.customer_changed],
    tenants.VehicleEnded: [desk.customer_changed],
    tenants.OccupancyBegan: [desk.customer_changed, filing.customer_came_back],
    tenants.OccupancyEnded: [desk.customer_changed],
    tenants.CustomersMerged: [desk.customer_changed],
    tenants.FileMerged: [desk.customer_changed, filing.file_merged],
    tenants.CustomersUnmerged: [desk.customer_changed],
    tenants.FileUnmerged: [desk.customer_changed, filing.file_unmerged],
    imports.CustomerImported: [desk.customer_changed, filing.customer_appeared],
    dossiers.DossierOpened: [desk.dossier_changed],
    dossiers.DossierNumbered: [desk.dossier_changed],
    dossiers.DossierFiled: [desk.dossier_changed],
    dossiers.ItemAdded: [desk.dossier_changed],
    dossiers.ItemChanged: [desk.dossier_changed],
    dossiers.ItemTakenOut: [desk.dossier_changed],
    dossiers.SupplementFiled: [desk.dossier_changed],
    dossiers.CorrectionDecided: [desk.dossier_changed],
    dossiers.DossierDestroyed: [desk.dossier_changed],
    imports.UnitImported: [desk.unit_changed],
    imports.EstateImported: [desk.estate_changed],
    credit.ProjectAdded: [handover.project_added],
    credit.ProjectEnded: [handover.project_ended],
    credit.EndCorrected: [handover.end_corrected],
    dossiers.CustodianAppointed: [vault.custodian_appointed],
    credit.TransferorReplaced: [handover.transferor_replaced, titles.transferor_replaced],
    worktime.HolidayNoticeEntered: [
        handover.notice_entered,
        repair_handlers.calendar_changed,
        complaint_handlers.calendar_changed,
    ],
    ledger.PaymentReceived: [cashier.payment_received],
    ledger.Adjusted: [cashier.adjusted],
    call_events.CallFollowedUp: [call_matters.followed_up],
    repairs.RepairEnded: [repair_matters.ended, maintenance.ended],
    repairs.RepairCharged: [bills.work_to_pay],
    ledger.ChargedForWork: [repair_handlers.charged],
    policy.FigureSet: [repair_handlers.figure_set, complaint_handlers.figure_set],
    complaints.ComplaintReceived: [complaint_handlers.received],
    complaints.ComplaintClassified: [complaint_handlers.classified],
    complaints.ComplaintEscalated: [complaint_handlers.escalated],
    complaints.ComplaintEnded: [complaint_matters.ended],
    incidents.IncidentCallerNoted: [repair_handlers.caller_noted],
    deposit_events.DepositMoved: [violation_handlers.deposit_moved],
    deposit_events.DepositActDecided: [violation_handlers.act_decided],
    letter_events.LetterServed: [violation_handlers.letter_served],
    letter_events.LetterDeliveryTakenBack: [violation_handlers.delivery_taken_back],
    violations.ViolationNoted: [complaint_link_handlers.violation_noted],
    complaints.ComplaintReplyWritten: [complaint_link_handlers.reply_written],
    stored.FileFaultFound: [admin_handlers.file_fault_found],
    outbox.MailSent: [demand_mails.sent, letter_mails.sent, notice_mails.sent],
    outbox.MailFailed: [demand_mails.failed, letter_mails.failed, notice_mails.failed],
}

JOB_KINDS: tuple[Kind, ...] = (
    import_jobs.CHECK,
    import_jobs.CARRY_OUT,
    register_jobs.CARRY_OUT,
    list_jobs.EXPORT,
    list_jobs.PRINT,
    paper.FORMS,
    closing.FILE,
    closing.FILE_ALL,
    proof.PROOF,
    books.PROOF,
    collection_jobs.BOOK,
    history_jobs.CARRY_OUT,
    run_jobs.PUBLISH,
    run_papers.NOTICES,
    evidence_jobs.PACK,
    letter_jobs.PRINT,
    letter_jobs.MAIL,
    repair_import_jobs.CARRY_OUT,
    notice_jobs.PRINT,
    notice_jobs.MAIL,
    mailing_jobs.MAKE,
    mailing_jobs.PRINT,
    complaint_import_jobs.CARRY_OUT,
    review_jobs.RUN,
    statistics_jobs.PACK,
)

MENU = (
    *DESK_MENU,
    *BILLING_MENU,
    *ARREARS_MENU,
    *REPAIRS_MENU,
    *COMPLAINTS_MENU,
    *ENGINEERING_MENU,
    *RENOVATIONS_MENU,
    *LETTERS_MENU,
    *MOVES_MENU,
    *LEAVING_MENU,
    *VAULT_MENU,
    *ARCHIVE_MENU,
    *STATISTICS_MENU,
    *REVIEW_MENU,
    *SYSTEM_MENU,
)


class Shell:
    """What stands around a page of a signed-in person; asked for where it is drawn, so on no paper and in no part."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @property
    def menu(self) -> Markup:
        return drawn(MENU, self.actor.permissions)

    @cached_property
    def estates(self) -> list[Estate]:
        return visible_estates()

    @property
    def estate(self) -> Estate | None:
        """The one chosen."""
        return next((estate for estate in self.estates if estate.id == self.actor.estate_id), None)

    @cached_property
    def role_titles(self) -> list[LazyString]:
        return [ROLE_TITLES[role] for role in self.actor.roles]

    @cached_property
    def unread(self) -> int:
        """The number on the bell."""
        return unread_count()


CONNECTED = (  # in this order: what the later ones add stands behind
    connect_letters,
    connect_violations,
    connect_notices,
    connect_complaints,
    connect_engineering,
    connect_moves,
    connect_renovations,
    connect_patrols,
    connect_settlements,
    connect_review,
    connect_leaving,
    connect_approvals,
    connect_archive,
    connect_disposal,
)


def connect_packages(app: Flask) -> None:
    handlers.update(_heard(HANDLERS, OF_RENOVATIONS, OF_PATROLS, OF_SETTLEMENTS, ASKED))
    kinds.update({kind.name: kind for kind in JOB_KINDS})
    history.further_titles.update(calls.EVENT_TITLES)
    history.further_details.update(calls.EVENT_DETAILS)
    history.further_titles.update(ledger_history.EVENT_TITLES)
    history.further_details.update(ledger_history.EVENT_DETAILS)
    history.needed.update(ledger_history.NEEDED)
    money_parts[:] = [ARREARS, ACCOUNT, TALKS, DEPOSITS]
    moving_out.checks[:] = [OPEN_BILLS, UNBILLED, CREDIT, HELD_DEPOSITS, UNREAD_METERS]
    history.further_titles.update(cashier_history.EVENT_TITLES)
    history.further_details.update(cashier_history.EVENT_DETAILS)
    history.further_titles.update(contact_history.EVENT_TITLES | promise_history.EVENT_TITLES)
    history.further_details.update(contact_history.EVENT_DETAILS | promise_history.EVENT_DETAILS)
    suspensions[:] = [covered_days]
    counter.finders["desk"] = search
    flows.update(DEPOSIT_FLOWS)
    connect_vault()
    _connect_arrears()
    _connect_repairs(app)
    for connect in CONNECTED:
        connect()
    credit_history.further_titles.update(handover_history.EVENT_TITLES)
    credit_history.further_details.update(handover_history.DETAILS)
    dossier_history.further_titles.update(credit_history.EVENT_TITLES | handover_history.EVENT_TITLES)
    dossier_history.further_details.update(credit_history.DETAILS | handover_history.DETAILS)
    proof_papers.update(PAPERS | CREDIT_PAPERS | HANDOVER_PAPERS | CASHIER_PAPERS | LETTER_PAPERS)
    standing.billed[:], standing.published[:] = [has_bills], [published_months]
    SUBJECT_PAGES.update(customer=("tenants.customer", "customer_id"), project=("credit.project", "project_id"))
    SUPPLEMENT_PAGES["project"] = ("handover.register_late_of", "project_id")
    app.context_processor(_shell)


def _heard(*maps: Mapping[type, Sequence[Callable[[Any], None]]]) -> dict[type, list[Callable[[Any], None]]]:
    """Every event with all who hear of it, in the order of the maps."""
    events = {event for one in maps for event in one}
    return {event: [handler for one in maps for handler in one.get(event, ())] for event in events}


def _connect_arrears() -> None:
    history.further_titles.update(deposit_history.EVENT_TITLES)
    history.further_details.update(deposit_history.EVENT_DETAILS)
    matters.sources[call_matters.KIND] = call_matters.SOURCE
    ours.open_things[:] = [matters.things_open]
    grounds.open_grounds[:], grounds.naming[:] = [matters.grounds_open], [matters.ground_named]
    bill_notes.sources[:] = [claimable]
    serving.sources[:] = [calls_handled]
    for told in (dunning, limitation_history, case_history, evidence_history, review_history, letters_history):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)
        history.needed.update(told.NEEDED)
    evidence_papers.letter_papers[:] = [as_sent]


def _connect_repairs(app: Flask) -> None:
    app.jinja_env.filters["initials"] = typed_as
    matters.sources[repair_matters.KIND] = repair_matters.SOURCE
    bill_notes.sources.append(repair_charged.job_of)
    equipment_parts[:], unit_parts[:], tabs.further[:] = [MAINTENANCE], [repair_present.UNIT], [repair_present.TAB]
    for told in (repair_history, repair_cost_history, maintenance_history, incident_history, repair_import_history):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)
    incident_jobs.known[:] = [jobs_of]


def _shell() -> dict[str, Shell]:
    actor = g.get("actor")
    return {} if actor is None or actor.user_id is None else {"shell": Shell(actor)}
