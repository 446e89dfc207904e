"""Where a count stands: everything its rules read, gathered once. No session here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crm.archive.dossiers.content import content_hash
from crm.archive.vault.models import CountFound, CountSignature, CountState, Variance, VaultCount


@dataclass(kw_only=True)
class Standing:
    """`places`: the safe and its slots by id. What the books say is not here while nobody may see it; `superseded`:
    what differed by the sheets before the one that counts."""

    count: VaultCount
    places: Mapping[int, str]
    actor_id: int | None
    custodians: frozenset[int]
    found: Sequence[CountFound] = ()
    variances: Sequence[Variance] = ()
    superseded: Sequence[Variance] = ()
    signatures: Sequence[CountSignature] = ()
    incidents: Mapping[int, str] = field(default_factory=dict)  # numbers of incidents that variances opened
    names: Mapping[int, str] = field(default_factory=dict)
    may_approve: bool = False

    @property
    def state(self) -> CountState:
        return self.count.state

    @state.setter
    def state(self, state: CountState) -> None:
        self.count.state = state

    @property
    def counts(self) -> bool:
        """Whether the acting person is one of the two who were named."""
        return self.actor_id is not None and self.actor_id in (self.count.first_id, self.count.second_id)

    @property
    def counters(self) -> list[str]:
        return [self.names.get(key, "") for key in (self.count.first_id, self.count.second_id) if key]

    @property
    def unexplained(self) -> list[Variance]:
        return [each for each in self.variances if not each.explanation]

    @property
    def signers(self) -> set[int]:
        return {each.user_id for each in self.signatures}

    @cached_property
    def content(self) -> dict[str, Any]:
        """What the two sign: the sheet, and what differs with its explanation."""
        count = self.count
        return {
            "number": count.number.text,
            "kind": count.kind.value,
            "safe": self.places[count.safe_id],
            "due_on": count.due_on.isoformat(),
            "found": count.found,
            "expected": count.expected,
            "sheet": count.sheet,
            "counters": self.counters,
            "lines": [
                {
                    "place": self.places.get(line.location_id or 0, ""),
                    "certificate_no": line.certificate_no,
                    "quantity": line.pieces,
                }
                for line in self.found
            ],
            "differences": [
                {
                    "difference": each.kind.value,
                    "certificate_no": each.certificate_no,
                    "expected": each.expected,
                    "found": each.found,
                    "explanation": each.explanation,
                    "incident": self.incidents.get(each.incident_id or 0, ""),
                }
                for each in self.variances
            ],
        }

    @cached_property
    def hash(self) -> str:
        return content_hash(self.content)
