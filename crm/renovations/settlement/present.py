"""The settlement on a renovation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.properties.parts import Part
from crm.renovations.cases.models import Renovation, RenovationState
from crm.renovations.settlement import queries, service
from crm.renovations.settlement.models import GONE, STATE_TITLES, STATE_TONES, RenovationSettlement
from crm.renovations.settlement.service.steps import GIVEN_UP
from crm.renovations.settlement.wording import next_in_words

TITLES = {"state": STATE_TITLES, "tone": STATE_TONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """`new_url`: of the page where the sheet is made, "" for whoever makes none; `hindrance`: why not now."""

    rows: Sequence[tuple[RenovationSettlement, str]]
    titles: dict[str, object]
    held: Decimal
    new_url: str
    hindrance: str
    is_shown: bool


def of_renovation(renovation: Renovation) -> Settling:
    found = queries.settlements_of(renovation.id)
    held = renovation.deposit.balance if renovation.deposit else Decimal(0)
    is_due = renovation.state is RenovationState.checked or (renovation.state in GIVEN_UP and held > 0)
    stands = any(each.state not in GONE for each in found)
    makes = is_due and not stands and actor().may(Permission.renovation_log)
    return Settling(
        rows=[(each, next_in_words(each)) for each in found],
        titles=TITLES,
        held=held,
        new_url=url_for("renovation_settlements.propose", renovation_id=renovation.id) if makes else "",
        hindrance=service.sheet_hindrance(renovation) if makes else "",
        is_shown=is_due or bool(found),
    )


PART = Part(permission=Permission.renovation_read, section=of_renovation, template="renovations/settlement/_part.html")
