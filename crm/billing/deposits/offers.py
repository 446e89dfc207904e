"""What the acting person may do with a deposit now, and why not the rest: buttons, pages and refusals agree."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.deposits.models import Deposit, MovementKind
from crm.billing.deposits.service import hindrance

VERBS = {
    "deduct": MovementKind.deduction,
    "refund": MovementKind.refund,
    "forfeit": MovementKind.forfeiture,
    "cancel": MovementKind.cancellation,
}
TITLES = {
    "deduct": _l("Deduct"),
    "refund": _l("Give the deposit back"),
    "forfeit": _l("Forfeit"),
    "cancel": _l("Entered wrongly: take it back"),
}
ICONS = {"deduct": "receipt", "refund": "arrow-back-up", "forfeit": "shield", "cancel": "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    name: str
    title: str
    icon: str
    hindrance: str  # "" when it is possible


def offers(deposit: Deposit) -> list[Offer]:
    """Only for whoever is at the counter."""
    if not g.actor.may(Permission.cash_take):
        return []
    return [
        Offer(name=name, title=str(TITLES[name]), icon=ICONS[name], hindrance=hindrance(deposit, kind))
        for name, kind in VERBS.items()
    ]
