"""A customer's deposits on the 360° page: what is held, and what of it is due back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.deposits.card import Held, held_deposits
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.money import Figure, Part
from crm.web.templating import money


def _figures(customer: Customer) -> Sequence[Figure]:
    held = _section(customer)
    if not held.rows:
        return []
    due = sum(row.is_due for row in held.rows)
    note = _("%(count)s due back", count=due) if due else ""
    address = url_for("deposits.index", q=customer.name)
    return [Figure(title=_("Deposits held (yuan)"), value=money(held.total), note=note, address=address)]


def _section(customer: Customer) -> Held:
    return held_deposits(customer.id, business_day())


DEPOSITS = Part(
    permission=Permission.billing_read, figures=_figures, section=_section, template="billing/_deposits_section.html"
)
