"""What other packages know of services that were rendered; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Rows of one kind of service: (day, what was done, by whom)."""

    title: str
    rows: Sequence[tuple[date, str, str]]


sources: list[Callable[[Customer, date], Served]] = []  # of a customer, since a day


def served(customer: Customer, since: date) -> list[Served]:
    return [source(customer, since) for source in sources]
