"""What both ways of taking over share."""

from __future__ import annotations

from flask import Blueprint

from crm.auth.permissions import Permission

blueprint = Blueprint("feeimports", __name__, url_prefix="/billing/imports")
PREPARE = Permission.import_run  # whoever imports reads and checks
STORE, PRICE = Permission.billing_run, Permission.billing_price  # who charges puts it into the books
