"""What the pages of promises and plans share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.billing.arrears.promises import queries
from crm.files import store
from crm.web.download import attachment

promises = Blueprint("promises", __name__, url_prefix="/arrears/promises")
plans = Blueprint("plans", __name__, url_prefix="/arrears/plans")
READ, CONTACT = Permission.arrears_read, Permission.arrears_contact
REVIEW, APPROVE = Permission.arrears_review, Permission.arrears_approve
PURPOSE = "arrears"  # of proofs and agreements in the store; fetched from what they prove
SHOWN = ("application/pdf", "image/png", "image/jpeg")


def to_plan(plan_id: int) -> ResponseReturnValue:
    return redirect(url_for("plans.show", plan_id=plan_id), 303)


def kept(file: Any, estate_id: int) -> int | None:
    """The id of the file in the store, None where none was sent; raises `DomainError` for what is no readable file."""
    if not file or not file.filename:
        return None
    return store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=estate_id).id


def shown_file(upload_id: int | None) -> ResponseReturnValue:
    upload = queries.get_proof(upload_id)
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in SHOWN)
