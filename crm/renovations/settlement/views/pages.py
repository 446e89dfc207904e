"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.renovations.settlement.models import RenovationSettlement

blueprint = Blueprint("renovation_settlements", __name__, url_prefix="/renovations/settlements")
READ, LOG = Permission.renovation_read, Permission.renovation_log


def page_of(settlement: RenovationSettlement) -> str:
    return url_for("renovation_settlements.show", renovation_settlement_id=settlement.id)
