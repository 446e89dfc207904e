"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.renovations.cases.models import Renovation

blueprint = Blueprint("renovations", __name__, url_prefix="/renovations")
READ, LOG, DECIDE = Permission.renovation_read, Permission.renovation_log, Permission.renovation_decide


def address(renovation: Renovation, anchor: str = "") -> str:
    return url_for("renovations.show", renovation_id=renovation.id, _anchor=anchor or None)
