"""What is asked to be done with the books' money and waits for another than asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.steps.approvals import waits
from crm.tenants.models import Customer


def of_customers(asked: Any, state: Any) -> Select[*tuple[Any, ...]]:
    """Requests of this table, one row for each; `state`: that in which they wait."""
    facts = {"key": asked.id, "what": asked.kind, "about": Customer.name, "amount": asked.amount}
    who = {"asked_by": User.full_name, "asked_at": asked.requested_at, "estate_id": asked.estate_id}
    rows = waits(**facts, **who).join(Customer, Customer.id == asked.customer_id)
    others = asked.requested_by_id.is_distinct_from(actor().user_id)
    return rows.join(User, User.id == asked.requested_by_id).where(asked.state == state, others)
