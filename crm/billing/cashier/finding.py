"""Who stands at the counter: found by the product's own search, with what each owes.

The search stands above billing; `crm.wiring` puts it into `finders`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from flask import g, url_for

from crm.billing.cashier import queries
from crm.billing.cashier.serials import is_number
from crm.properties.queries import estate_names

Finder = Callable[[str, int], Sequence[Any]]  # text, most -> hits with kind, id, title, detail, estate; best first
finders: dict[str, Finder] = {}


class Named(Protocol):
    """A hit of the search, or a match made of it."""

    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def estate(self) -> str: ...


Found = TypeVar("Found", bound=Named)
MOST = 12
LONGEST = 100  # letters of what is typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A customer or a unit; `owed` is a customer's."""

    kind: str
    title: str
    detail: str
    estate: str
    url: str
    owed: Decimal | None


def matches(text: str) -> list[Match]:
    """The number of a receipt finds that receipt."""
    text = text.strip()[:LONGEST]
    if is_number(text):
        return _receipt(text)
    hits = payers(text)
    owed = queries.owed_by([hit.id for hit in hits if hit.kind == "customer"])
    return [_match(hit, owed.get(hit.id, Decimal(0))) for hit in hits]


def payers(text: str) -> list[Any]:
    """The customers and units that the search finds."""
    found = (hit for find in finders.values() for hit in find(text.strip()[:LONGEST], MOST))
    return [hit for hit in found if hit.kind in ("customer", "unit")]


def _receipt(text: str) -> list[Match]:
    receipt_id = queries.receipt_numbered(text)
    if receipt_id is None:
        return []
    url = url_for("cashier.receipt", receipt_id=receipt_id)
    return [Match(kind="receipt", title=text.upper(), detail="", estate="", url=url, owed=None)]


def _match(hit: Any, owed: Decimal) -> Match:
    is_unit = hit.kind == "unit"
    address = url_for("cashier.unit", unit_id=hit.id) if is_unit else url_for("cashier.account", customer_id=hit.id)
    return Match(
        kind=hit.kind,
        title=hit.title,
        detail=hit.detail,
        estate=hit.estate,
        url=address,
        owed=None if is_unit else owed,
    )


def the_one(found: Sequence[Found], text: str) -> Found | None:
    """Where Enter leads at once: the only one found, or the unit that was typed, in the chosen estate before others."""
    if len(found) == 1:
        return found[0]
    named = [match for match in found if match.kind == "unit" and match.title.casefold() == text.strip().casefold()]
    chosen = estate_names().get(g.actor.estate_id)
    here = [match for match in named if match.estate == chosen] or named
    return here[0] if len(here) == 1 else None
