"""What an import would do, before anything is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from crm.archive.credit.models import ProjectKind, ProjectState
from crm.archive.credit.service import ClientFacts
from crm.archive.credit.terms import Terms
from crm.archive.numbers.naming import ArchiveNo
from crm.archive.numbers.taking_over import missing
from crm.workbooks.rows import Refusal

PART = 100  # projects stored at once: a second of the write lock, more or less
MOST = 5_000  # rows at once; a serial farther than this from its series is a slip of the finger


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedProject:
    """`key` is by what the same row is known when the file comes again, `facts` the one without a number; `stands`:
    an earlier file had it without one, and only the number is new."""

    key: str
    facts: str
    stands: bool = False
    number: ArchiveNo | None
    kind: ProjectKind
    state: ProjectState
    client: ClientFacts
    terms: Terms
    applied_on: date
    approved_on: date | None
    ends_on: date | None
    due_on: date | None
    settled_on: date | None
    a_id: int
    b_id: int
    purpose: str
    note: str
    repaid: Decimal
    guarantors: tuple[str, ...]
    collateral: str
    contracts: tuple[str, ...]


@dataclass(kw_only=True)
class Draft:
    """`lasts`: per series, the highest serial before; `held`: the numbers that refused rows have."""

    lasts: Mapping[tuple[str, int], int]
    projects: list[DraftedProject] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    held: set[ArchiveNo] = field(default_factory=set)
    unchanged: int = 0
    new_clients: int = 0

    @property
    def serials(self) -> dict[tuple[str, int], set[int]]:
        """(word, year) -> serials taken over."""
        found: dict[tuple[str, int], set[int]] = defaultdict(set)
        for project in self.projects:
            if project.number:
                found[project.number.word, project.number.year].add(project.number.serial)
        return dict(found)

    @property
    def absent(self) -> list[ArchiveNo]:
        """Below the highest of their series and not taken over, whether a refused row has them or none."""
        return [
            ArchiveNo(year, word, serial)
            for (word, year), serials in sorted(self.serials.items())
            for serial in missing(self.lasts.get((word, year), 0), serials)
        ]

    def parts(self) -> Iterator[Draft]:
        """That can each be stored alone, every series from its lowest number up."""
        ordered = sorted(self.projects, key=lambda each: each.number.sort_key if each.number else ("", 0, 0, 0))
        for start in range(0, len(ordered), PART):
            yield Draft(lasts=self.lasts, projects=ordered[start : start + PART])

    def result(self) -> dict[str, Any]:
        """As plain data, kept with the import and shown on its page."""
        states, absent = defaultdict[str, int](int), self.absent
        created = [project for project in self.projects if not project.stands]
        for project in created:
            states[project.state.value] += 1
        return {
            "created": len(created),
            "numbered": len(self.projects) - len(created),
            "unchanged": self.unchanged,
            "clients": self.new_clients,
            "states": dict(states),
            "amount": str(sum((project.terms.amount for project in created), Decimal(0))),
            "missing": [number.text for number in absent if number not in self.held],
            "held": [number.text for number in absent if number in self.held],
            "refused": [asdict(refusal) for refusal in self.refused],
        }
