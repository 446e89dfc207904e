"""Everything that somebody decides about: what every package says waits, as one list; and who is rung for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.archive.credit import events as credit
from crm.archive.credit.approvals import PROJECTS, SETTLEMENTS
from crm.archive.disposal.approvals import DISPOSALS
from crm.archive.dossiers import events as dossiers
from crm.archive.dossiers.approvals import CORRECTIONS, REMOVALS
from crm.archive.handover.approvals import MISSING, POSTPONEMENTS
from crm.archive.lending.approvals import EXTENSIONS as SLIP_EXTENSIONS
from crm.archive.lending.approvals import SLIPS
from crm.archive.vault.vouchers.approvals import PROLONGATIONS, VOUCHERS
from crm.billing.arrears.cases import events as cases
from crm.billing.arrears.cases.approvals import CASES
from crm.billing.arrears.promises import events as promises
from crm.billing.arrears.promises.approvals import PLANS
from crm.billing.arrears.reviews import events as reviews
from crm.billing.arrears.reviews.approvals import REVIEWS
from crm.billing.cashier import events as cashier
from crm.billing.cashier.approvals import CLOSES
from crm.billing.deposits import events as deposits
from crm.billing.deposits.approvals import REQUESTS as DEPOSIT_REQUESTS
from crm.billing.ledger import events as ledger
from crm.billing.ledger.approvals import REQUESTS as BILLING_REQUESTS
from crm.complaints.actions.approvals import ACTIONS
from crm.complaints.cases.approvals import GONE_UP
from crm.complaints.cases.approvals import PLANS as COMPLAINT_PLANS
from crm.complaints.compensation import events as compensation
from crm.complaints.compensation.approvals import COMPENSATIONS
from crm.correspondence.notices import events as notices
from crm.correspondence.notices.approvals import NOTICES
from crm.desk.home.ringing import rings
from crm.engineering.procedures import events as procedures
from crm.engineering.procedures.approvals import PROCEDURES
from crm.renovations.cases import events as renovations
from crm.renovations.cases.approvals import ALTERATIONS as RENOVATION_ALTERATIONS
from crm.renovations.cases.approvals import EXTENSIONS as RENOVATION_EXTENSIONS
from crm.renovations.cases.approvals import PERMITS as RENOVATION_PERMITS
from crm.renovations.settlement import events as settlements
from crm.renovations.settlement.approvals import SETTLEMENTS as RENOVATION_SETTLEMENTS
from crm.review.approvals import REVIEWS as FILING_REVIEWS
from crm.steps import approvals
from crm.violations.cases import events as violations
from crm.violations.cases.approvals import NOT_PUT_RIGHT

SOURCES = (
    GONE_UP,
    COMPLAINT_PLANS,
    COMPENSATIONS,
    ACTIONS,
    NOT_PUT_RIGHT,
    PROCEDURES,
    RENOVATION_PERMITS,
    RENOVATION_SETTLEMENTS,
    RENOVATION_EXTENSIONS,
    RENOVATION_ALTERATIONS,
    NOTICES,
    BILLING_REQUESTS,
    DEPOSIT_REQUESTS,
    CLOSES,
    PLANS,
    CASES,
    REVIEWS,
    PROJECTS,
    SETTLEMENTS,
    POSTPONEMENTS,
    MISSING,
    CORRECTIONS,
    REMOVALS,
    SLIPS,
    SLIP_EXTENSIONS,
    VOUCHERS,
    PROLONGATIONS,
    DISPOSALS,
    FILING_REVIEWS,
)

# Complaints, corrective actions, more time for a hand-over, slips, vouchers, destructions and filing reviews have
# words of their own for the bell.
ASKED: dict[type, list[Callable[[Any], None]]] = {
    ledger.AdjustmentRequested: [rings(BILLING_REQUESTS, "adjustment_request_id")],
    deposits.DepositActRequested: [rings(DEPOSIT_REQUESTS, "deposit_request_id")],
    cashier.DrawerCounted: [rings(CLOSES, "day_close_id")],
    cashier.DrawerCountedAgain: [rings(CLOSES, "day_close_id")],
    cashier.VarianceExplained: [rings(CLOSES, "day_close_id")],
    promises.PlanRequested: [rings(PLANS, "instalment_plan_id")],
    cases.CaseAsked: [rings(CASES, "legal_case_id")],
    reviews.AccountDecided: [rings(REVIEWS, "arrears_review_id")],
    reviews.AccountsDecided: [rings(REVIEWS, "arrears_review_id")],
    credit.ProjectAdded: [rings(PROJECTS, "project_id")],
    credit.ProjectSettled: [rings(SETTLEMENTS, "project_id")],
    dossiers.CorrectionAsked: [rings(CORRECTIONS, "archive_correction_id")],
    dossiers.RemovalAsked: [rings(REMOVALS, "item_removal_id")],
    notices.NoticeDrafted: [rings(NOTICES, "household_notice_id")],
    compensation.CompensationAsked: [rings(COMPENSATIONS, "compensation_id")],
    procedures.ProcedureStepTaken: [rings(PROCEDURES, "procedure_version_id")],
    violations.ViolationInspected: [rings(NOT_PUT_RIGHT, "violation_id")],
    settlements.RenovationSettlementStepTaken: [rings(RENOVATION_SETTLEMENTS, "renovation_settlement_id")],
    renovations.RenovationSigned: [rings(RENOVATION_PERMITS, "renovation_id")],
    renovations.RenovationExtensionAsked: [rings(RENOVATION_EXTENSIONS, "renovation_extension_id")],
    renovations.RenovationAlterationAsked: [rings(RENOVATION_ALTERATIONS, "renovation_alteration_id")],
}


def connect_approvals() -> None:
    approvals.sources[:] = SOURCES
