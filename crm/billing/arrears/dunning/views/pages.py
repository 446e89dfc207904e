"""What the pages about steps, exclusions and disputes share."""

from __future__ import annotations

from flask import Blueprint, url_for

from crm.auth.permissions import Permission

blueprint = Blueprint("dunning", __name__, url_prefix="/arrears")
READ, REVIEW, APPROVE = Permission.arrears_read, Permission.arrears_review, Permission.arrears_approve


def steps_address(estate_id: int) -> str:
    return url_for("dunning.steps", estate_id=estate_id)


def account_address(customer_id: int) -> str:
    return url_for("arrears_account.show", customer_id=customer_id)
