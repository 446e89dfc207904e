"""What an application needs: which papers, what deposit, how long. Pure but for what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crm.renovations.works.models import Asked, RenovationPaperKind, RenovationWork, RenovationWorkPaper

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of the application: what makes further papers necessary."""

    owns: bool
    by_firm: bool
    bears: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    kind: RenovationPaperKind
    required: bool


def needed(kinds: Iterable[RenovationPaperKind], of_works: Sequence[RenovationWorkPaper], facts: Facts) -> list[Need]:
    """The papers in the company's order; what one kind of work cannot do without is required."""
    required = {row.paper_id for row in of_works if row.required}
    named = {row.paper_id for row in of_works}
    applies = {
        Asked.always: True,
        Asked.works: False,
        Asked.tenant: not facts.owns,
        Asked.firm: facts.by_firm,
        Asked.bears: facts.bears,
    }
    return [
        Need(kind, required=applies[kind.asked] or kind.id in required)
        for kind in kinds
        if kind.active and (applies[kind.asked] or kind.id in named)
    ]


def deposit_for(works: Iterable[RenovationWork]) -> Decimal:
    """The most that one of them asks for."""
    return max((work.deposit for work in works), default=NOUGHT)


def days_for(works: Iterable[RenovationWork], otherwise: int) -> int:
    return max((work.days for work in works), default=otherwise) or otherwise
