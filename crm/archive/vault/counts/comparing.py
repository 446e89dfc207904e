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
    """A document as the books have it; without a place it lies in no safe."""

    document_id: int
    certificate_no: str
    location_id: int | None
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


def compare(kept: Sequence[Kept], found: Sequence[Found], others: Sequence[Kept] = ()) -> list[Differs]:
    return differences(kept, found, meant(kept, found, others))


def meant(kept: Sequence[Kept], found: Sequence[Found], others: Sequence[Kept] = ()) -> list[Kept | None]:
    """Which document each line means: by its whole number; by last digits only where they fit one document of all,
    `others` being those that the books have elsewhere. None where it is no document, or not told from another."""
    everything = [*kept, *others]
    whole: dict[str, list[Kept]] = defaultdict(list)
    for each in everything:
        whole[canonical(each.certificate_no)].append(each)
    digits = [(_digits(each.certificate_no), each) for each in everything]
    taken: set[int] = set()
    lines = []
    for line in found:
        called = sorted(whole[canonical(line.certificate_no)], key=lambda each: _rank(each, line, taken))
        ending = _digits(line.certificate_no)
        fitting = called[:1] or [each for told, each in digits if len(ending) >= SHORTEST and told.endswith(ending)]
        document = fitting[0] if len(fitting) == 1 else None
        lines.append(document)
        taken |= {document.document_id} if document else set()
    return lines


def _rank(document: Kept, line: Found, taken: set[int]) -> tuple[bool, bool]:
    """Of several with one number: one that no line means yet, in its place before elsewhere."""
    return document.document_id in taken, document.location_id != line.location_id


def _digits(number: str) -> str:
    """Signs like 号 at the end are left out by whoever writes the last digits."""
    return re.sub(r"\D+$", "", canonical(number))


def differences(kept: Sequence[Kept], found: Sequence[Found], lines: Sequence[Kept | None]) -> list[Differs]:
    """Every difference, in the order of the books, then what belongs elsewhere, what is in no book last."""
    matched: dict[int, list[Found]] = defaultdict(list)
    strange, strangers = [], {}
    for line, document in zip(found, lines, strict=True):
        if document is None:
            strange.append(_strange(line))
        else:
            matched[document.document_id].append(line)
            strangers[document.document_id] = document
    here = {each.document_id for each in kept}
    return [
        *(each for document in kept for each in _differs(document, matched[document.document_id])),
        *(_stray(each, matched[key]) for key, each in strangers.items() if key not in here),
        *strange,
    ]


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


def _stray(document: Kept, lines: Sequence[Found]) -> Differs:
    """The books have it in another safe, or in none."""
    return Differs(
        kind=Difference.unexpected if document.location_id is None else Difference.misplaced,
        document_id=document.document_id,
        certificate_no=document.certificate_no,
        expected=0,
        found=sum(line.pieces for line in lines),
    )


def _strange(line: Found) -> Differs:
    return Differs(
        kind=Difference.unexpected, document_id=None, certificate_no=line.certificate_no, expected=0, found=line.pieces
    )
