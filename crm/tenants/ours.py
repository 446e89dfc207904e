"""What the company itself still owes a customer: it stands before the customer's own debt, wherever both are shown.

Packages above this one know of such things; `crm.wiring` hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """In words; `address` is its page, "" for whoever may not see it."""

    about: str
    address: str = ""


open_things: list[Callable[[Sequence[int]], Sequence[Thing]]] = []
under_way: list[Callable[[Sequence[int]], Sequence[Thing]]] = []
"""What a customer has under way with us, such as a renovation: neither of us owes it."""


def things_of(customer_ids: Sequence[int]) -> Sequence[Thing]:
    """Of the customers' whole files, the oldest first."""
    return [thing for find in open_things for thing in find(customer_ids)]


def under_way_of(customer_ids: Sequence[int]) -> Sequence[Thing]:
    return [thing for find in under_way for thing in find(customer_ids)]
