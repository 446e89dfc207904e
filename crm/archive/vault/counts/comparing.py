"""What was written at the safe held against the books. Pure: no session here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.archive.vault.documents.certificates import canonical
from crm.archive.vault.models import Difference

SHORTEST = 4  # digits of a certificate number that tell it from others


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document as the books have it."""

    document_id: int
    certificate_no: str
    location_id: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A line of the sheet; the number whole or by its last digits."""

    location_id: int
    certificate_no: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    kind: Difference
    document_id: int | None
    certificate_no: str
    expected: int
    found: int


def compare(kept: Sequence[Kept], found: Sequence[Found]) -> list[Differs]:
    """Every difference, in the order of the books, what is in none of them last."""
    matched, strange = _matched(kept, found)
    differences = [each for document in kept for each in _differs(document, matched[document.document_id])]
    return [*differences, *(_strange(line) for line in strange)]


def _matched(kept: Sequence[Kept], found: Sequence[Found]) -> tuple[dict[int, list[Found]], list[Found]]:
    """Each line to the document it means: written whole before by its last digits, in its place before elsewhere."""
    matched: dict[int, list[Found]] = defaultdict(list)
    rest, strange = list(found), []
    for rule in (_is_there, _is_called, _ends_there, _ends_so):
        left = []
        for line in rest:
            fitting = [each for each in kept if rule(each, line)]
            free = [each for each in fitting if each.document_id not in matched] or fitting
            if free and (len(free) == 1 or rule in (_is_there, _is_called)):
                matched[free[0].document_id].append(line)
            else:
                left.append(line)
        rest = left
    strange = rest
    return matched, strange


def _is_called(document: Kept, line: Found) -> bool:
    return canonical(document.certificate_no) == canonical(line.certificate_no)


def _is_there(document: Kept, line: Found) -> bool:
    return document.location_id == line.location_id and _is_called(document, line)


def _ends_so(document: Kept, line: Found) -> bool:
    """Signs like 号 at the end are left out by whoever writes the last digits."""
    digits = re.sub(r"\D+$", "", canonical(document.certificate_no))
    written = re.sub(r"\D+$", "", canonical(line.certificate_no))
    return len(written) >= SHORTEST and digits.endswith(written)


def _ends_there(document: Kept, line: Found) -> bool:
    return document.location_id == line.location_id and _ends_so(document, line)


def _differs(document: Kept, lines: Sequence[Found]) -> Iterator[Differs]:
    pieces = sum(line.pieces for line in lines)
    facts = {"document_id": document.document_id, "certificate_no": document.certificate_no}
    if not lines:
        yield Differs(kind=Difference.missing, expected=document.pieces, found=0, **facts)  # type: ignore[arg-type]
        return
    if any(line.location_id != document.location_id for line in lines):
        yield Differs(kind=Difference.misplaced, expected=document.pieces, found=pieces, **facts)  # type: ignore[arg-type]
    if pieces != document.pieces:
        yield Differs(kind=Difference.quantity, expected=document.pieces, found=pieces, **facts)  # type: ignore[arg-type]


def _strange(line: Found) -> Differs:
    return Differs(
        kind=Difference.unexpected, document_id=None, certificate_no=line.certificate_no, expected=0, found=line.pieces
    )
