"""Calls of a customer that were answered, as proof of service in a court."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from crm.auth.actor import within
from crm.billing.arrears.evidence.serving import Served
from crm.calls.models import CALL_OUTCOMES, CALL_REASONS, DIRECTION_TITLES, Call
from crm.dates import beginning_of
from crm.db import session
from crm.tenants.models import Customer
from crm.tenants.queries import in_file


def calls_handled(customer: Customer, since: date) -> Served:
    """With what came of them, the earliest first."""
    mine = in_file(Call.customer_id, customer.id), Call.started_at >= beginning_of(since), within(Call.estate_id)
    calls = session().scalars(select(Call).where(*mine).order_by(Call.started_at, Call.id))
    zone = beginning_of(since).tzinfo
    rows = [(call.started_at.astimezone(zone).date(), _told(call), call.taken_by) for call in calls]
    return Served(title=_("Calls handled"), rows=rows)


def _told(call: Call) -> str:
    parts = (
        DIRECTION_TITLES[call.direction],
        CALL_REASONS.title_of(call.reason),
        call.note,
        CALL_OUTCOMES.title_of(call.outcome),
        call.result,
    )
    return " · ".join(str(part) for part in parts if part)
