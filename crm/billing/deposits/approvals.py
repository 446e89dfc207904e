"""What is asked to be done with deposits and waits for another than asked."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.approvals import of_customers
from crm.billing.deposits.models import MOVEMENT_TITLES, DepositRequest, RequestState
from crm.steps.approvals import Approvals

REQUESTS = Approvals(
    name="deposit_request",
    title=_l("Requests about deposits"),
    permission=Permission.billing_approve,
    waiting=lambda: of_customers(DepositRequest, RequestState.requested),
    page=lambda key: url_for("deposits.request", deposit_request_id=key),
    titles={kind.value: title for kind, title in MOVEMENT_TITLES.items()},
)
