"""Debts asked to be handed to a lawyer, that wait for a decision of another than asked."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.billing.arrears.cases.models import CaseState, LegalCase
from crm.steps.approvals import Approvals, waits
from crm.tenants.models import Customer


def _waiting() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=LegalCase.id,
            about=Customer.name,
            amount=LegalCase.amount,
            asked_by=User.full_name,
            asked_at=LegalCase.requested_at,
            estate_id=LegalCase.estate_id,
        )
        .join(Customer, Customer.id == LegalCase.customer_id)
        .join(User, User.id == LegalCase.requested_by_id)
        .where(LegalCase.state == CaseState.requested, LegalCase.requested_by_id.is_distinct_from(actor().user_id))
    )


CASES = Approvals(
    name="legal_case",
    title=_l("Hand over to the lawyer"),
    permission=Permission.arrears_approve,
    waiting=_waiting,
    page=lambda key: url_for("cases.show", legal_case_id=key),
)
