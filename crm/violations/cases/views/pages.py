"""The blueprint, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from crm.auth.permissions import Permission
from crm.violations.cases.models import Violation

blueprint = Blueprint("violations", __name__, url_prefix="/violations")
READ, HANDLE = Permission.violation_read, Permission.violation_handle


def address(violation: Violation) -> str:
    return url_for("violations.show", violation_id=violation.id)


def back_to(violation: Violation) -> str:
    """The page that was asked from: the list of what is to be looked at, or the violation's own."""
    return url_for("violations.inspections") if request.args.get("from") == "list" else address(violation)
