"""Who takes the unit over: named one by one, with shares that add up to what is sold."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from crm.audit.log import record
from crm.db import session
from crm.errors import DomainError
from crm.moves.leaving.events import LeavingBuyersNamed
from crm.moves.leaving.models import Leaving, LeavingParty, Side
from crm.moves.leaving.queries import get_leaving
from crm.moves.leaving.service.steps import NOTHING_SAID, STEPS, Said, subjects
from crm.moves.leaving.standing import NOUGHT, share_to_give
from crm.tenants.models import Customer, OccupancyRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Without a share whatever is left."""

    customer: Customer
    share: Decimal | None = None


def name_buyer(leaving: Leaving, buyer: Buyer, said: Said = NOTHING_SAID) -> LeavingParty:
    """The first is the owner, the others are co-owners."""
    STEPS.hold_unchanged(leaving)
    get_leaving(leaving.id)  # with who was named meanwhile
    left = share_to_give(leaving) - sum((party.share or NOUGHT for party in leaving.of(Side.buys)), NOUGHT)
    share = left if buyer.share is None else buyer.share
    if reason := _fault(leaving, buyer.customer, share, left):
        raise DomainError(reason)
    role = OccupancyRole.co_owner if leaving.of(Side.buys) else OccupancyRole.owner
    made = LeavingParty(leaving_id=leaving.id, side=Side.buys, customer_id=buyer.customer.id, role=role, share=share)
    session().add(made)
    session().flush()
    _look_again(leaving, Said(note=f"{buyer.customer.name} {share} %", key=said.key))
    return made


def _fault(leaving: Leaving, customer: Customer, share: Decimal, left: Decimal) -> str:
    if customer.estate_id != leaving.estate_id:
        return _("This customer is another estate's.")
    if customer.id in {party.customer_id for party in leaving.of(Side.buys)}:
        return _("%(name)s is named already.", name=customer.name)
    staying = {party.customer_id for party in leaving.of(Side.stays) if party.owns}
    if customer.id in {party.customer_id for party in leaving.of(Side.leaves)} | staying:
        return _("%(name)s owns the unit already.", name=customer.name)
    if not NOUGHT < share <= left:
        return _("%(left)s %% are left to be taken over.", left=left)
    return ""


def take_out(leaving: Leaving, party: LeavingParty, said: Said = NOTHING_SAID) -> None:
    """Named by mistake; of those left the first is the owner."""
    STEPS.hold_unchanged(leaving)
    STEPS.expect(leaving, "buyers")
    session().delete(party)
    session().flush()
    get_leaving(leaving.id)
    for place, left in enumerate(leaving.of(Side.buys)):
        left.role = OccupancyRole.co_owner if place else OccupancyRole.owner
    _look_again(leaving, Said(note=_("%(name)s does not take over", name=party.customer.name), key=said.key))


def _look_again(leaving: Leaving, said: Said) -> None:
    """Who pays from the day on is another now."""
    get_leaving(leaving.id)
    STEPS.take(leaving, "buyers", said, money_seen_at=None)
    buyers = [f"{party.customer.name} {party.share} %" for party in leaving.of(Side.buys)]
    record(LeavingBuyersNamed(buyers=buyers, **subjects(leaving, (Side.leaves, Side.buys))))
