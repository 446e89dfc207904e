"""What the pages of the counter share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from crm.auth.permissions import Permission
from crm.billing.ledger.models import METHOD_TITLES

blueprint = Blueprint("cashier", __name__, url_prefix="/billing/counter")
READ, TAKE, APPROVE = Permission.billing_read, Permission.cash_take, Permission.billing_approve


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"methods": METHOD_TITLES}
