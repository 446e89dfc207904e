"""Many papers bound into one file of A4 pages that are numbered through.

Each piece lies on disk and is read when its turn comes; a scan is put on a page of ours, however it was cut, with room
at the foot for the number. Sizes are points: 72 to the inch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from crm.files.pictures import as_pdf

WIDTH, HEIGHT = 595.28, 841.89
SIDE, HEAD, FOOT = 28, 28, 56  # left free around a scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A PDF on disk; `fits`: its pages are ours, A4 with room for the number."""

    part: int
    title: str
    path: Path
    pages: int
    fits: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the index; `page` counts from 1, the index's own pages with it."""

    part: int
    title: str
    page: int
    pages: int


def picture_as_pdf(content: bytes, path: Path) -> None:
    path.write_bytes(as_pdf(content))


def page_count(path: Path) -> int:
    return len(PdfReader(path).pages)


def entries(pieces: Sequence[Piece], first_page: int) -> list[Entry]:
    found, page = [], first_page
    for piece in pieces:
        found.append(Entry(part=piece.part, title=piece.title, page=page, pages=piece.pages))
        page += piece.pages
    return found


def indexed(pieces: Sequence[Piece], index: Callable[[Sequence[Entry]], bytes]) -> tuple[bytes, list[Entry]]:
    """The index in front and what it says: it is pressed again until its own pages are counted in."""
    pages = 1
    while True:
        lines = entries(pieces, pages + 1)
        pressed = index(lines)
        if (needed := len(PdfReader(BytesIO(pressed)).pages)) == pages:
            return pressed, lines
        pages = needed


def bind(front: bytes, pieces: Sequence[Piece], stamps: bytes, out: IO[bytes]) -> int:
    """Write the file; `stamps` has a page for each of its pages, laid over it. How many there are."""
    writer, stamping = PdfWriter(), PdfReader(BytesIO(stamps)).pages
    writer.append(BytesIO(front), import_outline=False)
    for piece in pieces:
        at = len(writer.pages)
        _add(writer, piece)
        writer.add_outline_item(title=piece.title, page_number=at)
    for page, stamp in zip(writer.pages, stamping, strict=True):
        page.merge_page(stamp)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.write(out)
    return len(writer.pages)


def _add(writer: PdfWriter, piece: Piece) -> None:
    if piece.fits:
        writer.append(piece.path, import_outline=False)
        return
    for page in PdfReader(piece.path).pages:
        _place(writer.add_blank_page(WIDTH, HEIGHT), page)


def _place(sheet: PageObject, scan: PageObject) -> None:
    """Upright, as large as it goes, in the middle of what is free."""
    if scan.rotation:
        scan.transfer_rotation_to_content()
    box = scan.cropbox
    if not (box.width and box.height):
        return  # nothing of it can be seen
    width, height = WIDTH - 2 * SIDE, HEIGHT - HEAD - FOOT
    scale = min(width / float(box.width), height / float(box.height))
    left = SIDE + (width - scale * float(box.width)) / 2
    bottom = FOOT + (height - scale * float(box.height)) / 2
    moved = Transformation().translate(-float(box.left), -float(box.bottom)).scale(scale).translate(left, bottom)
    sheet.merge_transformed_page(scan, moved)
