"""The log of contacts as a query, a customer's contacts, and the steps of the dunning that are talked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from crm.auth.actor import within
from crm.billing.arrears.contacts.models import Contact
from crm.billing.arrears.dunning.models import WRITTEN, DunningStep, StepKind
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate
from crm.tenants.models import Customer
from crm.tenants.queries import in_file

File, Kept = aliased(Customer), aliased(Customer)
SHOWN = 5
SPOKEN = tuple(kind for kind in StepKind if kind not in (*WRITTEN, StepKind.litigation))


def contacts() -> Select[*tuple[Any, ...]]:
    """Every contact of the estate one works in; the customer is the file that stands for whoever it was."""
    return (
        select(
            Contact.id,
            Contact.contacted_on,
            Contact.channel,
            Contact.outcome,
            Contact.talked_to,
            Contact.words,
            Contact.again_on,
            Contact.made_by,
            Kept.id.label("customer_id"),
            Kept.name.label("customer"),
            Estate.name.label("estate"),
            DunningStep.name.label("step"),
        )
        .join(File, File.id == Contact.customer_id)
        .join(Kept, Kept.id == File.kept_id)
        .join(Estate, Estate.id == Contact.estate_id)
        .outerjoin(DunningStep, DunningStep.id == Contact.step_id)
        .where(in_chosen_estate(Contact.estate_id))
    )


def contacts_of(customer_id: int, most: int = SHOWN) -> Sequence[Contact]:
    """The last ones with anybody of the customer's file, the newest first."""
    found = select(Contact).where(in_file(Contact.customer_id, customer_id), within(Contact.estate_id))
    return session().scalars(found.order_by(Contact.contacted_on.desc(), Contact.id.desc()).limit(most)).all()


def spoken_steps(estate_id: int) -> dict[int, str]:
    """Steps of the dunning in use that are taken by talking: id -> name."""
    found = select(DunningStep.id, DunningStep.name).where(
        DunningStep.estate_id == estate_id, DunningStep.active, DunningStep.kind.in_(SPOKEN)
    )
    return {row.id: row.name for row in session().execute(found.order_by(DunningStep.position))}
