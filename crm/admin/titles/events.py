"""What happened, in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.archive.credit import history as credit
from crm.archive.disposal import history as disposal
from crm.archive.dossiers import history as dossiers
from crm.archive.handover import history as handover
from crm.archive.lending import history as lending
from crm.archive.vault import history as titles
from crm.archive.vault.counts import history as vault_counts
from crm.archive.vault.incidents import history as vault_incidents
from crm.archive.vault.vouchers import history as vouchers
from crm.billing.arrears.cases import history as cases
from crm.billing.arrears.contacts import history as contacts
from crm.billing.arrears.dunning import timeline as dunning
from crm.billing.arrears.evidence import history as evidence
from crm.billing.arrears.letters import history as letters
from crm.billing.arrears.limitation import history as limitation
from crm.billing.arrears.promises import history as promises
from crm.billing.arrears.reviews import history as reviews
from crm.billing.cashier import history as cashier
from crm.billing.charges import history as charges
from crm.billing.deposits import history as deposits
from crm.billing.ledger import history as ledger
from crm.billing.meters import history as meters
from crm.billing.runs import history as runs
from crm.calls import history as calls
from crm.clock import history as clock
from crm.complaints.actions import history as corrective_actions
from crm.complaints.cases import history as complaints
from crm.complaints.categories import history as complaint_categories
from crm.complaints.compensation import history as compensation
from crm.complaints.files import history as complaint_files
from crm.complaints.importing import history as complaint_imports
from crm.complaints.links import history as complaint_links
from crm.correspondence.letters import history as correspondence
from crm.correspondence.mailing import history as mailing
from crm.correspondence.notices import history as notices
from crm.correspondence.wordings import history as wordings
from crm.engineering import history as engineering
from crm.files import history as stored
from crm.moves.keys import history as keys
from crm.moves.leaving import history as leavings
from crm.moves.moving_in import history as move_ins
from crm.notifications import history as notifications
from crm.renovations.acceptance import history as renovation_checks
from crm.renovations.acceptance.items import history as renovation_check_items
from crm.renovations.cases import history as renovations
from crm.renovations.passes import history as passes
from crm.renovations.patrols import history as patrols
from crm.renovations.settlement import history as renovation_settlements
from crm.renovations.works import history as renovation_works
from crm.repairs.categories import history as repair_categories
from crm.repairs.costs import history as repair_costs
from crm.repairs.importing import history as repair_imports
from crm.repairs.incidents import history as incidents
from crm.repairs.orders import history as repairs
from crm.repairs.plans import history as maintenance
from crm.repairs.stock import history as repair_stock
from crm.repairs.workers import history as repair_workers
from crm.review import history as filing_reviews
from crm.statistics import history as statistics
from crm.tenants import history
from crm.violations.cases import history as violations
from crm.violations.types import history as violation_types

EVENT_TITLES = {
    **lending.EVENT_TITLES,
    **engineering.EVENT_TITLES,
    **history.EVENT_TITLES,
    **repairs.EVENT_TITLES,
    **complaints.EVENT_TITLES,
    **corrective_actions.EVENT_TITLES,
    **compensation.EVENT_TITLES,
    **complaint_files.EVENT_TITLES,
    **complaint_links.EVENT_TITLES,
    **stored.EVENT_TITLES,
    **notifications.EVENT_TITLES,
    **clock.EVENT_TITLES,
    **statistics.EVENT_TITLES,
    **complaint_categories.EVENT_TITLES,
    **repair_categories.EVENT_TITLES,
    **correspondence.EVENT_TITLES,
    **wordings.EVENT_TITLES,
    **repair_workers.EVENT_TITLES,
    **maintenance.EVENT_TITLES,
    **incidents.EVENT_TITLES,
    **repair_imports.EVENT_TITLES,
    **complaint_imports.EVENT_TITLES,
    **repair_costs.EVENT_TITLES,
    **repair_stock.EVENT_TITLES,
    **renovation_works.EVENT_TITLES,
    **renovations.EVENT_TITLES,
    **renovation_check_items.EVENT_TITLES,
    **renovation_checks.EVENT_TITLES,
    **renovation_settlements.EVENT_TITLES,
    **violations.EVENT_TITLES,
    **keys.EVENT_TITLES,
    **move_ins.EVENT_TITLES,
    **leavings.EVENT_TITLES,
    **passes.EVENT_TITLES,
    **patrols.EVENT_TITLES,
    **violation_types.EVENT_TITLES,
    **calls.EVENT_TITLES,
    **notices.EVENT_TITLES,
    **mailing.EVENT_TITLES,
    **ledger.EVENT_TITLES,
    **cashier.EVENT_TITLES,
    **deposits.EVENT_TITLES,
    **limitation.EVENT_TITLES,
    **cases.EVENT_TITLES,
    **evidence.EVENT_TITLES,
    **dunning.EVENT_TITLES,
    **contacts.EVENT_TITLES,
    **promises.EVENT_TITLES,
    **reviews.EVENT_TITLES,
    **filing_reviews.EVENT_TITLES,
    "BooksProved": _l("The books proved"),
    **runs.EVENT_TITLES,
    **charges.EVENT_TITLES,
    **meters.EVENT_TITLES,
    **letters.EVENT_TITLES,
    **handover.EVENT_TITLES,
    **vouchers.EVENT_TITLES,
    **titles.EVENT_TITLES,
    **vault_counts.EVENT_TITLES,
    **vault_incidents.EVENT_TITLES,
    **disposal.EVENT_TITLES,
    **credit.EVENT_TITLES,
    **dossiers.EVENT_TITLES,
    **dossiers.NUMBER_TITLES,
    "MandateEntered": _l("Bank mandate entered"),
    "MandateEnded": _l("Bank mandate ended"),
    "BatchDrawn": _l("File for the bank drawn"),
    "BatchFetched": _l("File for the bank fetched"),
    "AnswerRead": _l("Bank's answer read"),
    "AnswerBooked": _l("Bank's answer booked"),
    "BatchCancelled": _l("File for the bank cancelled"),
    "LateFeesCharged": _l("Late fees charged"),
    "SignedIn": _l("Signed in"),
    "SignedOut": _l("Signed out"),
    "UserAdded": _l("Account added"),
    "UserChanged": _l("Account changed"),
    "UserActivated": _l("Account switched on"),
    "UserDeactivated": _l("Account switched off"),
    "RolesChanged": _l("Roles changed"),
    "PasswordChanged": _l("Own password changed"),
    "PasswordConfirmed": _l("Own password given again"),
    "PasswordReset": _l("Password reset"),
    "SessionEnded": _l("Session ended"),
    "SessionsEnded": _l("All sessions ended"),
    "SecondFactorEnrolled": _l("Second factor set up"),
    "SecondFactorEnded": _l("Second factor switched off"),
    "SecondFactorReset": _l("Second factor reset"),
    "RecoveryCodesMade": _l("Recovery codes made"),
    "RecoveryCodeUsed": _l("Recovery code used"),
    "DepartmentAdded": _l("Department added"),
    "DepartmentRenamed": _l("Department renamed"),
    "DepartmentRemoved": _l("Department removed"),
    "FigureSet": _l("Figure set"),
    "DictionaryEntryAdded": _l("Dictionary entry added"),
    "DictionaryEntryChanged": _l("Dictionary entry changed"),
    "EstateAdded": _l("Estate added"),
    "EstateChanged": _l("Estate changed"),
    "EstateImported": _l("Estate taken over from a workbook"),
    "BuildingAdded": _l("Building added"),
    "EquipmentAdded": _l("Equipment added"),
    "EquipmentChanged": _l("Equipment changed"),
    "PublicAreaAdded": _l("Public area added"),
    "PublicAreaChanged": _l("Public area changed"),
    "UnitImported": _l("Unit taken over from a workbook"),
    "CustomerImported": _l("Customer taken over from a workbook"),
    "ImportFinished": _l("Import finished"),
    "JobAsked": _l("Background work asked for"),
    "JobEnded": _l("Background work ended"),
    "JobCancelled": _l("Background work cancelled"),
    "LogProved": _l("Operation log proved"),
    "ListExported": _l("List exported"),
    "FilterSaved": _l("Filter saved"),
    "FilterChanged": _l("Saved filter changed"),
    "FilterDeleted": _l("Saved filter deleted"),
    "HolidayNoticeEntered": _l("Holiday notice entered"),
    "InstallationRestored": _l("Installation restored from a backup"),
    "MailPosted": _l("Mail written"),
    "MailSent": _l("Mail sent"),
    "MailFailed": _l("Mail not delivered"),
    "MailPutBack": _l("Mail to be sent again"),
    "MailsTakenBack": _l("Mails taken back"),
    "RefusedRowsDownloaded": _l("Refused rows downloaded"),
    "HistoryTakenOver": _l("Payment history taken over"),
    "RefusedHistoryDownloaded": _l("Refused rows of a payment history downloaded"),
}
