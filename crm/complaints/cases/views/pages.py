"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app, url_for

from crm.auth.permissions import Permission
from crm.complaints.cases.models import Complaint

blueprint = Blueprint("complaints", __name__, url_prefix="/complaints")
READ = Permission.complaint_read


def address(case: Complaint) -> str:
    return url_for("complaints.show", complaint_id=case.id)


def step_address(case: Complaint, action: str) -> str:
    """The page of a step, "" for one that has none of its own, as a call-back."""
    endpoint = f"complaints.{action}"
    return url_for(endpoint, complaint_id=case.id) if endpoint in current_app.view_functions else ""
