"""Taking the kept fee sheets of an estate over; a second time there is nothing left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from crm.billing.charges.models import ChargeItem, LegalBasis
from crm.billing.charges.service import add_item, take_over_tariffs
from crm.billing.importing.sheets.drafting import Draft, PlannedItem, Price, draft
from crm.billing.importing.sheets.present import kept_rows, present
from crm.db import session
from crm.errors import DomainError
from crm.imports.histories.service import hold
from crm.properties.models import Estate


@dataclass(frozen=True, slots=True)
class TakenOver:
    items: int
    prices: int


def drafted(estate_id: int) -> Draft:
    return draft(kept_rows(estate_id), present(estate_id))


def take_over(estate: Estate) -> TakenOver:
    """All of it or nothing, in the caller's unit of work. Raises `DomainError` when nothing is left."""
    hold(estate.id)
    found = drafted(estate.id)
    if not found.has_news:
        raise DomainError(_("Everything that could be taken over stands already."))
    for item in found.items.values():
        _take_over(estate, item)
    new = sum(1 for item in found.items.values() if item.standing_item is None)
    return TakenOver(items=new, prices=sum(len(item.prices) for item in found.items.values()))


def _take_over(estate: Estate, planned: PlannedItem) -> None:
    if planned.standing_item:
        item = session().get_one(ChargeItem, planned.standing_item.id)
    else:
        item = add_item(estate, name=planned.name, basis=planned.basis, note=planned.note)
    if planned.prices:
        take_over_tariffs(item, _tariffs(planned.prices))


def _tariffs(prices: Sequence[Price]) -> list[dict[str, Any]]:
    return [
        {
            "unit_id": price.unit_id,
            "use": price.use,
            "since": price.since,
            "terms": price.terms,
            "price": price.price,
            "legal_basis": LegalBasis.imported,
            "reference": price.file,
        }
        for price in prices
    ]
