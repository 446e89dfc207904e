"""What the books of keys ask of whoever moves out: what is still with them."""

from __future__ import annotations

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.moves.keys.queries import out_of
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter


def _out(customer: Customer, left: Left) -> list[Matter]:
    """Of the units they have left; spare keys of another one stay."""
    return [
        Matter(about=f"{each.unit} {each.words}", address=url_for("tenants.unit", unit_id=each.unit_id))
        for each in out_of(customer_id=customer.id)
        if each.unit_id in left
    ]


KEYS_OUT = Check(name="keys", title=_l("Keys not given back"), permission=Permission.move_read, find=_out)
