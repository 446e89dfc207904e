"""What the pages of the cases share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.billing.arrears.cases.models import LegalCase

blueprint = Blueprint("cases", __name__, url_prefix="/arrears/cases")
READ, REVIEW, APPROVE = Permission.arrears_read, Permission.arrears_review, Permission.arrears_approve


def address(case: LegalCase) -> str:
    return url_for("cases.show", legal_case_id=case.id)
