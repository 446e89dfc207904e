"""How far the dunning of each account has come: the last step taken since its oldest line fell due.

Nothing is stored. A letter rolled back counts for nothing, a debt that is settled leaves by itself, and what is owed
anew begins anew (decision 028).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union_all

from crm.billing.arrears.contacts.models import NOT_TALKED, Contact
from crm.billing.arrears.dunning.models import Demand, DunningStep
from crm.tenants.models import Customer


def acts(estate_id: int, day: date) -> CompoundSelect[*tuple[Any, ...]]:
    """customer_id (the kept file), position and done_on of every step taken up to `day`: letters made, talks had."""
    letters = (
        select(Customer.kept_id.label("customer_id"), DunningStep.position, Demand.day.label("done_on"))
        .select_from(Demand)
        .join(Customer, Customer.id == Demand.customer_id)
        .join(DunningStep, DunningStep.id == Demand.step_id)
        .where(Demand.estate_id == estate_id, Demand.day <= day, ~Demand.voided)
    )
    talks = (
        select(Customer.kept_id, DunningStep.position, Contact.contacted_on)
        .select_from(Contact)
        .join(Customer, Customer.id == Contact.customer_id)
        .join(DunningStep, DunningStep.id == Contact.step_id)
        .where(Contact.estate_id == estate_id, Contact.contacted_on <= day, Contact.outcome.not_in(NOT_TALKED))
    )
    return union_all(letters, talks)


def levels(estate_id: int, day: date, accounts: Any) -> Select[*tuple[Any, ...]]:
    """customer_id, level, last_step_on of those `accounts` (customer_id, oldest_due) that a step was taken with."""
    done = acts(estate_id, day).subquery("act")
    return (
        select(
            accounts.c.customer_id,
            func.max(done.c.position).label("level"),
            func.max(done.c.done_on).label("last_step_on"),
        )
        .join(done, done.c.customer_id == accounts.c.customer_id)
        .where(done.c.done_on > accounts.c.oldest_due)
        .group_by(accounts.c.customer_id)
    )
