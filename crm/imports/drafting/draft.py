"""The draft of an import: objects with what the file says about them beside what is stored. No database here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

ESTATE, BUILDING, ENTRANCE, UNIT, PARKING_SPACE = "estate", "building", "entrance", "unit", "parking_space"
CUSTOMER, OCCUPANCY, MEMBER, VEHICLE = "customer", "occupancy", "member", "vehicle"
KINDS = (ESTATE, BUILDING, ENTRANCE, UNIT, PARKING_SPACE, CUSTOMER, OCCUPANCY, MEMBER, VEHICLE)


class Change(StrEnum):
    created = "created"
    updated = "updated"
    unchanged = "unchanged"


@dataclass(slots=True, eq=False)
class Drafted:
    """`values`: what the file says; `stored`: what the database says, with `id`. Only named objects are counted."""

    kind: str
    values: dict[str, Any]
    id: int | None = None
    stored: dict[str, Any] | None = None
    refs: dict[str, Drafted] = field(default_factory=dict)
    said_at: str = ""  # where the file names it first; "" while it has not

    @property
    def changes(self) -> dict[str, Any]:
        stored = self.stored or {}
        return {name: value for name, value in self.values.items() if stored.get(name) != value}

    @property
    def change(self) -> Change:
        if self.stored is None:
            return Change.created
        return Change.updated if self.changes else Change.unchanged

    def contradictions(self, values: dict[str, Any]) -> list[str]:
        """The fields about which the file has said something else before."""
        return [name for name, value in values.items() if self.values.get(name, value) != value]

    def say(self, values: dict[str, Any], where: str) -> None:
        """Take what the file says; what it said first stays."""
        self.values = values | self.values if self.values else dict(values)
        self.said_at = self.said_at or where


@dataclass(slots=True, eq=False)
class DraftedCustomer(Drafted):
    """`stored_phones`: the live numbers with (row id, whether an import brought them)."""

    phones: list[str] = field(default_factory=list)
    stored_phones: dict[str, tuple[int, bool]] = field(default_factory=dict)
    id_number: str = ""  # in clear, never printed

    @property
    def new_phones(self) -> list[str]:
        return [digits for digits in self.phones if digits not in self.stored_phones]

    @property
    def ended_phones(self) -> list[int]:
        """Numbers of an earlier import that the file no longer names; a file without any ends none."""
        if not self.phones:
            return []
        return [key for digits, (key, imported) in self.stored_phones.items() if imported and digits not in self.phones]

    @property
    def change(self) -> Change:
        if self.stored is None:
            return Change.created
        return Change.updated if self.changes or self.new_phones or self.ended_phones else Change.unchanged

    @property
    def name(self) -> str:
        said = self.values.get("name") or (self.stored or {})["name"]
        return str(said)

    def known(self, name: str) -> Any:
        return self.values.get(name) or (self.stored or {}).get(name)


@dataclass(slots=True, eq=False)
class DraftedMember(Drafted):
    id_number: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`whole`: nothing of the row was taken. ID numbers stand here masked."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file says and no package has a place for yet."""

    kind: str
    sheet: str
    row: int
    data: dict[str, str]


@dataclass(slots=True)
class EstateDraft:
    estate: Drafted
    objects: dict[str, list[Drafted]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    kept: list[Kept] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.estate.values["name"])

    def counts(self) -> dict[str, Counter[str]]:
        """Change -> kind -> how many."""
        counts: dict[str, Counter[str]] = {change.value: Counter() for change in Change}
        for kind, objects in self.objects.items():
            for entry in objects:
                counts[entry.change][kind] += 1
        return counts


@dataclass(slots=True)
class Draft:
    estates: list[EstateDraft]
    refused: list[Refusal]

    def result(self) -> dict[str, Any]:
        """The JSON that the command prints and the run keeps."""
        totals: dict[str, Counter[str]] = {change.value: Counter() for change in Change}
        kept: Counter[str] = Counter()
        for estate in self.estates:
            kept.update(entry.kind for entry in estate.kept)
            for change, counts in estate.counts().items():
                totals[change].update(counts)
        return {
            "estate": [estate.name for estate in self.estates],
            **{change: dict(counts) for change, counts in totals.items()},
            "refused": [_entry(refusal) for refusal in self.refused],
            "kept_for_later": dict(kept),
        }


def _entry(refusal: Refusal) -> dict[str, Any]:
    return {
        "sheet": refusal.sheet,
        "row": refusal.row,
        "column": refusal.column,
        "value": refusal.value,
        "reason": refusal.reason,
    }
