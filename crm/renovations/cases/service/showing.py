"""The number of whoever is called about a renovation."""

from __future__ import annotations

from datetime import date

from crm.audit.log import record
from crm.dates import business_day
from crm.renovations.cases.events import RenovationNumberShown
from crm.renovations.cases.models import Renovation
from crm.renovations.cases.service.steps import subjects
from crm.tenants.queries import first_number_of


def number_of(renovation: Renovation, day: date) -> str:
    """The contact's, else the first telephone in the customer's file; "" when there is none."""
    return renovation.contact_phone or first_number_of(renovation.customer_id, day)


def show_number(renovation: Renovation, reason: str) -> str:
    """Who asked and why is logged."""
    record(RenovationNumberShown(reason=reason, **subjects(renovation)))
    return number_of(renovation, business_day())
