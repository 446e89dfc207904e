"""What the pages of charges share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.billing.charges.models import ChargeItem

blueprint = Blueprint("charges", __name__, url_prefix="/billing/charges")
READ, PRICE = Permission.billing_read, Permission.billing_price


def address(item: ChargeItem) -> str:
    return url_for("charges.item", charge_item_id=item.id)
