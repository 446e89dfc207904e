"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.dates import business_day, months_later
from crm.engineering.procedures.figures import REVIEW_MONTHS
from crm.engineering.procedures.models import Procedure
from crm.engineering.procedures.service import Written

blueprint = Blueprint("procedures", __name__, url_prefix="/engineering/procedures")
READ, KEEP = Permission.engineering_read, Permission.engineering_keep


def address(procedure_id: int) -> str:
    return url_for("procedures.show", procedure_id=procedure_id)


def intro(procedure: Procedure) -> str:
    return f"{procedure.number} {procedure.title}"


def propose_review(form: Any) -> None:
    """By the company's rhythm."""
    if not form.is_submitted():
        day = business_day()
        form.review_by.data = months_later(day, REVIEW_MONTHS.on(day))


def written(form: Any) -> Written:
    said: dict[str, Any] = {name: form[name].data or "" for name in ("text", "changes")}
    return Written(review_by=form.review_by.data, **said, **form.brought)
