"""Keys where others show them: on the unit's page, at whoever has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.moves.keys.models import HOLDER_TITLES
from crm.moves.keys.queries import KeysOf, Out, keys_of, out_of
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """`address`: the page of the unit's keys, "" for a customer; `give_url`: "" for whoever hands out none."""

    keys: Sequence[KeysOf]
    out: Sequence[Out]
    address: str
    give_url: str

    holders = HOLDER_TITLES


def of_unit(unit: Unit) -> Keys:
    may_give = actor().may(Permission.move_handle)
    return Keys(
        keys=keys_of(unit.id),
        out=out_of(unit.id),
        address=url_for("keys.unit", unit_id=unit.id),
        give_url=url_for("keys.give", unit_id=unit.id) if may_give else "",
    )


def of_customer(customer: Customer) -> Keys:
    return Keys(keys=(), out=out_of(customer_id=customer.id), address="", give_url="")


def _still_out(customer: Customer, left: Left) -> list[Matter]:
    """Of the units that are left, or of all where none is."""
    found = out_of(customer_id=customer.id)
    return [
        Matter(about=f"{each.unit} {each.words}", address=url_for("keys.slip", key_slip_id=each.slip_id))
        for each in found
        if not left or each.unit_id in left
    ]


UNIT = Part(permission=Permission.move_read, section=of_unit, template="moves/keys/_of_unit.html")
KEYS_OUT = Check(name="keys", title=_l("Keys to give back"), permission=Permission.move_read, find=_still_out)
