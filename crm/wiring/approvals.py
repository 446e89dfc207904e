"""Everything that somebody decides about: what every package says waits, as one list."""

from __future__ import annotations

from crm.archive.credit.approvals import PROJECTS
from crm.archive.disposal.approvals import DISPOSALS
from crm.archive.dossiers.approvals import CORRECTIONS, REMOVALS
from crm.archive.handover.approvals import MISSING, POSTPONEMENTS
from crm.billing.arrears.cases.approvals import CASES
from crm.billing.arrears.promises.approvals import PLANS
from crm.billing.arrears.reviews.approvals import REVIEWS
from crm.billing.cashier.approvals import CLOSES
from crm.billing.deposits.approvals import REQUESTS as DEPOSIT_REQUESTS
from crm.billing.ledger.approvals import REQUESTS as BILLING_REQUESTS
from crm.complaints.actions.approvals import ACTIONS
from crm.complaints.cases.approvals import GONE_UP
from crm.complaints.cases.approvals import PLANS as COMPLAINT_PLANS
from crm.complaints.compensation.approvals import COMPENSATIONS
from crm.correspondence.notices.approvals import NOTICES
from crm.review.approvals import REVIEWS as FILING_REVIEWS
from crm.steps import approvals
from crm.violations.cases.approvals import NOT_PUT_RIGHT

SOURCES = (
    GONE_UP,
    COMPLAINT_PLANS,
    COMPENSATIONS,
    ACTIONS,
    NOT_PUT_RIGHT,
    NOTICES,
    BILLING_REQUESTS,
    DEPOSIT_REQUESTS,
    CLOSES,
    PLANS,
    CASES,
    REVIEWS,
    PROJECTS,
    POSTPONEMENTS,
    MISSING,
    CORRECTIONS,
    REMOVALS,
    DISPOSALS,
    FILING_REVIEWS,
)


def connect_approvals() -> None:
    approvals.sources[:] = SOURCES
