"""A customer's deposits on the 360° page and at the move-out: what is held, and what of it is due back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.deposits.card import Held, held_deposits
from crm.dates import business_day
from crm.tenants.models import Customer
from crm.tenants.money import Figure, Part
from crm.tenants.moving_out import Check, Left, Matter
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


def _to_give_back(customer: Customer, _left: Left) -> list[Matter]:
    """Whatever unit they are of: who has none has nothing to secure any more."""
    return [
        Matter(
            about=" ".join(filter(None, (row.kind, row.unit, row.code))),
            amount=row.balance,
            address=url_for("deposits.show", deposit_id=row.id),
        )
        for row in _section(customer).rows
    ]


DEPOSITS = Part(
    permission=Permission.billing_read, figures=_figures, section=_section, template="billing/_deposits_section.html"
)
HELD_DEPOSITS = Check(
    name="deposits", title=_l("Deposits to give back"), permission=Permission.billing_read, find=_to_give_back
)
