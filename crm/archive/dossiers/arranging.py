"""Putting a dossier's documents in order: codes, page ranges, totals. Pure; clauses L-08, L-12, invariant I1.

Attachments are no `Piece` and so are never coded (L-15, I8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SUPPLEMENT = "补"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A document to be arranged: the place of its section, and its own within it."""

    id: int
    section: int
    position: int
    pages: int
    sheets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    id: int
    code: str
    page_from: int
    page_to: int  # inclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    lines: tuple[Placed, ...]
    pages: int
    sheets: int

    @property
    def by_id(self) -> dict[int, Placed]:
        return {line.id: line for line in self.lines}


def arranged(pieces: Iterable[Piece], *, after_page: int = 0) -> Arrangement:
    """Section by section, each in its order; codes count within the section, pages through the whole dossier."""
    ordered = sorted(pieces, key=lambda piece: (piece.section, piece.position, piece.id))
    lines, places, page = [], dict[int, int](), after_page
    for piece in ordered:
        place = places[piece.section] = places.get(piece.section, 0) + 1
        first, page = page + 1, page + piece.pages
        lines.append(Placed(id=piece.id, code=code(piece.section, place), page_from=first, page_to=page))
    return Arrangement(
        lines=tuple(lines),
        pages=sum(piece.pages for piece in ordered),
        sheets=sum(piece.sheets for piece in ordered),
    )


def code(section: int, place: int, *, supplement: bool = False) -> str:
    """1-01; what is filed after the dossier was carries 补."""
    return f"{section}-{place:02d}{SUPPLEMENT if supplement else ''}"


def is_supplement(written: str) -> bool:
    return written.endswith(SUPPLEMENT)


def place_of(written: str) -> tuple[int, int]:
    """Section and place of a code: what sorts 1-100 behind 1-99."""
    section, _dash, place = written.removesuffix(SUPPLEMENT).partition("-")
    return int(section), int(place)
