"""The books as a whole: proving them when somebody wants to know now."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.billing import jobs

blueprint = Blueprint("books", __name__, url_prefix="/billing")


@blueprint.post("/prove")
@requires(Permission.billing_approve)
def prove() -> ResponseReturnValue:
    return redirect(url_for("jobs.show", job_id=jobs.ask().id))
