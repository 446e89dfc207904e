"""A contact and what was promised in it, together."""

from __future__ import annotations

from crm.billing.arrears.contacts.models import Contact
from crm.billing.arrears.contacts.service import Talk, note
from crm.billing.arrears.promises.queries import is_promised
from crm.billing.arrears.promises.service import Vow, promise
from crm.billing.ledger.service.holding import hold_accounts
from crm.tenants.models import Customer


def note_contact(customer: Customer, talk: Talk, vow: Vow | None = None) -> Contact:
    """Both or neither; a double click notes one contact and one promise. Raises `DomainError`."""
    hold_accounts({customer.id})
    made, is_new = note(customer, talk)
    if vow and (is_new or not is_promised(made.id, vow.amount, vow.due_on)):
        promise(customer, vow, made.id)
    return made
