"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint

from crm.auth.permissions import Permission
from crm.renovations.cases.models import Renovation

blueprint = Blueprint("renovation_checks", __name__, url_prefix="/renovations/checks")
READ, LOG, CHECK = Permission.renovation_read, Permission.renovation_log, Permission.renovation_check
ANCHOR = "acceptance"  # of the part on the renovation's page


def told(renovation: Renovation) -> str:
    """What a form is about, in one line."""
    return " · ".join((renovation.number, renovation.unit.label, renovation.customer.name, renovation.description))
