"""A caller's number in full, to call back."""

from __future__ import annotations

from crm.audit.log import record
from crm.complaints.cases.events import ComplaintNumberShown
from crm.complaints.cases.models import ComplaintCaller
from crm.complaints.cases.queries import digits_of
from crm.complaints.cases.service.steps import subjects
from crm.dates import business_day


def show_number(caller: ComplaintCaller, reason: str) -> str:
    """Who asked and why is logged; an anonymous caller's is known to whoever may see numbers, and to nobody else."""
    named = [] if caller.anonymous or caller.customer_id is None else [caller.customer_id]
    record(ComplaintNumberShown(reason=reason, **(subjects(caller.complaint) | {"customer_ids": named})))
    return digits_of(caller, business_day())
