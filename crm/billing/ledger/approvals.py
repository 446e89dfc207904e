"""Requests of the books that wait for a decision of another than asked."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.approvals import of_customers
from crm.billing.ledger.models import ADJUSTMENT_TITLES, AdjustmentRequest, RequestState
from crm.steps.approvals import Approvals

REQUESTS = Approvals(
    name="billing_request",
    title=_l("Requests about bills and payments"),
    permission=Permission.billing_approve,
    waiting=lambda: of_customers(AdjustmentRequest, RequestState.requested),
    page=lambda key: url_for("billing.request", adjustment_request_id=key),
    titles={kind.value: title for kind, title in ADJUSTMENT_TITLES.items()},
)
