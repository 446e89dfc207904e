"""A renovation that is open, for whoever moves out."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from crm.auth.permissions import Permission
from crm.db import session
from crm.renovations.cases.models import ADDRESS, STATE_TITLES, Renovation
from crm.renovations.cases.queries import OPEN
from crm.tenants.models import Customer
from crm.tenants.moving_out import Check, Left, Matter
from crm.tenants.queries import in_file


def _open(customer: Customer, left: Left) -> Sequence[Matter]:
    mine = in_file(Renovation.customer_id, customer.id), Renovation.unit_id.in_(left)
    found = select(Renovation).where(OPEN, *mine).order_by(Renovation.id)
    return [
        Matter(about=f"{each.number} {STATE_TITLES[each.state]}", address=ADDRESS.format(each.id))
        for each in session().scalars(found)
    ]


OPEN_RENOVATIONS = Check(
    name="renovations",
    title=_l("Renovations that are open"),
    permission=Permission.renovation_read,
    find=_open,
)
