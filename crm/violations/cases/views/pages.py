"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from crm.auth.permissions import Permission
from crm.violations.cases.models import Violation

blueprint = Blueprint("violations", __name__, url_prefix="/violations")
NARROWED = ("until", "building")  # in the address of the list of what is to be looked at
READ, HANDLE = Permission.violation_read, Permission.violation_handle


def address(violation: Violation) -> str:
    return url_for("violations.show", violation_id=violation.id)


def back_to(violation: Violation) -> str:
    """The page that was asked from: the list of what is to be looked at, as it was narrowed, or the violation's own."""
    if request.args.get("from") != "list":
        return address(violation)
    asked: dict[str, Any] = {name: request.args.get(name) or None for name in NARROWED}
    return url_for("violations.inspections", **asked)
