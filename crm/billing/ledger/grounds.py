"""What of the company's own a disputed line may wait for; `crm.wiring` says who knows of such things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from crm.billing.ledger.models import Dispute


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One thing, in words; `address` is its page, "" for whoever may not see it."""

    kind: str
    id: int
    about: str
    address: str = ""

    @property
    def key(self) -> str:
        """As a form carries it."""
        return f"{self.kind}-{self.id}"


open_grounds: list[Callable[[int], Sequence[Ground]]] = []
"""Each: of a customer's whole file what is open now and the acting person may see."""
naming: list[Callable[[str, int], Ground | None]] = []
"""Each: the thing of this kind and number, open or not; None where the kind is another's."""


def grounds_of(customer_id: int) -> Mapping[str, Ground]:
    """By key."""
    found = [ground for find in open_grounds for ground in find(customer_id)]
    return {ground.key: ground for ground in found}


def ground_of(dispute: Dispute) -> Ground | None:
    """What the dispute waits or waited for."""
    if dispute.about_id is None:
        return None
    named = (name(dispute.about_kind, dispute.about_id) for name in naming)
    return next(filter(None, named), None)
