"""不催缴: leaving a customer out of every step, and ending that."""

from __future__ import annotations

from datetime import date

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.billing.arrears.dunning import queries
from crm.billing.arrears.dunning.events import CustomerExcluded, ExclusionEnded
from crm.billing.arrears.dunning.models import DunningExclusion
from crm.billing.ledger.service.holding import hold_accounts
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition
from crm.tenants.models import Customer


def exclusion_hindrance(customer: Customer) -> str:
    """Why the customer cannot be left out now, or ""."""
    found = queries.exclusion_of(customer.id, business_day())
    return _("This customer is left out already. End that first.") if found else ""


def exclude(customer: Customer, reason: str, until: date | None) -> DunningExclusion:
    """`until`: the last day, None for until it is ended."""
    hold_accounts({customer.id})
    if hindered := exclusion_hindrance(customer):
        raise IllegalTransition(hindered)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    if until is not None and until < business_day():
        raise DomainError(_("The last day must not lie in the past."))
    made = DunningExclusion(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        reason=reason,
        until=until,
        made_by=g.actor.name,
        made_at=utc_now(),
    )
    session().add(made)
    session().flush()
    record(CustomerExcluded(dunning_exclusion_id=made.id, customer_id=customer.id, until=until, reason=reason))
    return made


def end(exclusion: DunningExclusion, reason: str) -> None:
    if exclusion.ended_at is not None:
        raise IllegalTransition(_("This was ended already."))
    if not reason.strip():
        raise DomainError(_("Write why it ends."))
    exclusion.ended_by, exclusion.ended_at = g.actor.name, utc_now()
    session().flush()
    told = {"dunning_exclusion_id": exclusion.id, "customer_id": exclusion.customer_id}
    record(ExclusionEnded(reason=reason, **told))
