"""What would become bills, whatever the item is charged by: one kind of line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, String, cast, literal, null, select, text

from crm.billing.charges.models import Basis
from crm.billing.runs.metered import metered
from crm.billing.runs.month import Month
from crm.billing.runs.sharing import shares
from crm.billing.runs.stretches import stretches

REMEMBERED = text("MATERIALIZED")  # before a query's name: or its lines are reckoned anew wherever it is named
Lines = Select[*tuple[Any, ...]]
EVERY = (
    "unit_id customer_id begins ends days quantity price tariff_id amount whole shared_cost_id meter reading_id note"
).split()
UNSAID: dict[str, Any] = {  # of a line whose source does not tell
    "whole": cast(null(), BigInteger),
    "shared_cost_id": cast(null(), Integer),
    "meter": literal(0, Integer),
    "reading_id": cast(null(), Integer),
    "note": literal("", String),
}
sources: dict[Basis, Callable[[Month], Lines]] = {
    Basis.shared: shares,
    Basis.meter: metered,
}  # of all others `stretches`


def lines(month: Month) -> Lines:
    """Each of `EVERY`; days are half-open, figures the whole numbers that the database keeps."""
    found = sources.get(month.item.basis, stretches)(month).subquery("said")
    return select(*(found.c[name] if name in found.c else UNSAID[name].label(name) for name in EVERY))
