"""Requests of the books that wait for a decision of another than asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.ledger.models import ADJUSTMENT_TITLES, AdjustmentRequest, RequestState
from crm.steps.approvals import Approvals, waits
from crm.tenants.models import Customer

ASKED = AdjustmentRequest


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=ASKED.id,
            what=ASKED.kind,
            about=Customer.name,
            amount=ASKED.amount,
            asked_by=User.full_name,
            asked_at=ASKED.requested_at,
            estate_id=ASKED.estate_id,
        )
        .join(Customer, Customer.id == ASKED.customer_id)
        .join(User, User.id == ASKED.requested_by_id)
        .where(ASKED.state == RequestState.requested, ASKED.requested_by_id.is_distinct_from(actor().user_id))
    )


REQUESTS = Approvals(
    name="billing_request",
    title=_l("Requests about bills and payments"),
    permission=Permission.billing_approve,
    waiting=_waiting,
    page=lambda key: url_for("billing.request", adjustment_request_id=key),
    titles={kind.value: title for kind, title in ADJUSTMENT_TITLES.items()},
)
