"""What a hand-over's list says, so that the same content always has the same hash. Pure functions.

The list is what the dossier's own list says, with the hand-over's words around it. A line's own hash leaves out code
and page range: both move when a line is put in before it, though the paper in hand stayed the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from crm.archive.dossiers.content import content_hash

FORM = "handover_list"
SHIFTING = frozenset({"code", "page_from", "page_to"})
SHORT = 12  # hexadecimal digits of a hash that stand on paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the hand-over adds to the dossier's list; `needless` are documents that the project does not need."""

    client: str
    ends_on: str | None
    a: str
    b: str
    needless: Sequence[Mapping[str, str]]
    waived: Sequence[Mapping[str, str]]  # what may stay missing, why and who says so
    supplements: Sequence[Mapping[str, str]] = ()  # what came after filing, who gave and who took it


def whole(listed: Mapping[str, Any], handover_id: int, around: Around) -> dict[str, Any]:
    """`listed` is the dossier's own list."""
    return {"paper": FORM, "subject": handover_id, **listed, **asdict(around)}


def of_version(content: Mapping[str, Any], version: int) -> dict[str, Any]:
    return {**content, "version": version}


def supplemented(content: Mapping[str, Any], listed: Mapping[str, Any], came: Mapping[str, str]) -> dict[str, Any]:
    """The filed list with the document that came later: what stood around it stays, `listed` is the dossier's now."""
    return {**content, **listed, "supplements": [*content["supplements"], came]}


def line_hash(line: Mapping[str, Any]) -> str:
    return content_hash({name: value for name, value in line.items() if name not in SHIFTING})


def lines(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every line of the list, section by section."""
    for section in content["sections"]:
        yield from section["lines"]


def short(digest: str) -> str:
    return digest[:SHORT]
