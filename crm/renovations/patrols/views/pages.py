"""The blueprint of patrols, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.renovations.cases.models import Renovation

blueprint = Blueprint("renovation_patrols", __name__, url_prefix="/renovations/patrols")
READ, PATROL, CHECK = Permission.renovation_read, Permission.renovation_patrol, Permission.renovation_check
ANCHOR = "patrols"  # of the part on the renovation's page


def of_renovation(renovation: Renovation) -> str:
    return url_for("renovations.show", renovation_id=renovation.id, _anchor=ANCHOR)
