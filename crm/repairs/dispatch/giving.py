"""A move on the board: refused when the job is not as the board showed it."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.errors import DomainError, Stale
from crm.repairs.orders import service
from crm.repairs.orders.models import STATE_TITLES, TO_DISPATCH, RepairOrder
from crm.repairs.orders.service import Said


def give(order: RepairOrder, worker_id: int, version: int | None, reason: str) -> None:
    """To be dispatched it is assigned, held by somebody given over with a reason. Raises `Stale` for a late move."""
    if version != order.version:
        who = order.worker.full_name if order.worker else _("nobody")
        told = {"number": order.number, "state": STATE_TITLES[order.state], "who": who}
        raise Stale(_("%(number)s was changed meanwhile: it is “%(state)s”, with %(who)s. Nothing was moved.", **told))
    if order.state in TO_DISPATCH:
        service.assign(order, worker_id)
    elif not reason:
        raise DomainError(_("%(number)s: write why somebody else gets it.", number=order.number))
    else:
        service.transfer(order, worker_id, Said(reason=reason))
