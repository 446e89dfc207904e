"""When customers were last talked to about what they owe."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from crm.billing.arrears.contacts.models import NOT_TALKED, Contact
from crm.tenants.models import Customer


def last_contacts(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """customer_id (the kept file), contacted_on, up to `day`; attempts that reached nobody do not count."""
    return (
        select(Customer.kept_id.label("customer_id"), func.max(Contact.contacted_on).label("contacted_on"))
        .join(Contact, Contact.customer_id == Customer.id)
        .where(Contact.estate_id == estate_id, Contact.contacted_on <= day, Contact.outcome.not_in(NOT_TALKED))
        .group_by(Customer.kept_id)
    )


def last_notes(estate_id: int, day: date) -> Select[*tuple[Any, ...]]:
    """customer_id (the kept file), talked_on as above, tried_on (attempts too), contact_id: whatever was noted last,
    agreed_id: what was noted last of those that say when to call again or reached somebody. All up to `day`."""
    talked = Contact.outcome.not_in(NOT_TALKED)
    talked_on = func.max(Contact.contacted_on).filter(talked)
    agreed = func.max(Contact.id).filter(or_(talked, Contact.again_on.is_not(None)))
    return (
        select(
            Customer.kept_id.label("customer_id"),
            talked_on.label("talked_on"),
            func.max(Contact.contacted_on).label("tried_on"),
            func.max(Contact.id).label("contact_id"),
            agreed.label("agreed_id"),
        )
        .join(Contact, Contact.customer_id == Customer.id)
        .where(Contact.estate_id == estate_id, Contact.contacted_on <= day)
        .group_by(Customer.kept_id)
    )
