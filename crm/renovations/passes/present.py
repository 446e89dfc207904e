"""Workers and passes on a renovation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.phones import mask_phone
from crm.properties.parts import Part
from crm.renovations.cases.models import Renovation
from crm.renovations.passes import queries, service
from crm.renovations.passes.models import OUT, RenovationWorker
from crm.renovations.passes.standing import STANDING_TITLES, STANDING_TONES, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    row: Any
    standing: Any
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSite:
    """A worker with the passes made out for them, the last first."""

    worker: RenovationWorker
    phone: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """`out`: cards in somebody's pocket. `may_register`, `may_issue`: the acting person, now."""

    renovation: Renovation
    people: Sequence[OnSite]
    out: int
    may_keep: bool
    may_register: bool
    may_issue: bool
    may_reveal: bool
    deposit_url: str


def of_renovation(renovation: Renovation) -> Passes:
    rows, day = queries.passes_of(renovation.id), business_day()
    shown = [Card(row=row, standing=_titled(row, day)[0], tone=_titled(row, day)[1]) for row in rows]
    keeps = actor().may(Permission.renovation_log)
    people = [
        OnSite(
            worker=worker,
            phone=mask_phone(worker.phone) if worker.phone else "",
            cards=[card for card in shown if card.row.worker_id == worker.id][::-1],
        )
        for worker in queries.workers_of(renovation.id)
    ]
    return Passes(
        renovation=renovation,
        people=people,
        out=sum(row.state in OUT for row in rows),
        may_keep=keeps,
        may_register=keeps and not service.registering_hindrance(renovation),
        may_issue=keeps and not service.hindrance(renovation),
        may_reveal=actor().may(Permission.customer_reveal),
        deposit_url=_deposit_url(renovation),
    )


def _titled(row: Any, day: Any) -> tuple[Any, str]:
    stands = standing_of(row, day)
    return STANDING_TITLES[stands], STANDING_TONES[stands]


def _deposit_url(renovation: Renovation) -> str:
    """Where the cashier takes one for the cards."""
    if not actor().may(Permission.cash_take):
        return ""
    about: dict[str, Any] = {"customer_id": renovation.customer_id, "unit": renovation.unit_id, "kind": "access_card"}
    return url_for("deposits.take", **about)


PART = Part(permission=Permission.renovation_read, section=of_renovation, template="renovations/_passes.html")
