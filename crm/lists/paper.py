"""Long lists on paper: laid out a piece at a time, put together with the page numbers of the whole (decision 016).

A piece is cut where its last full page ends; the rows of the page begun go into the next piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import render_template
from pypdf import PdfReader, PdfWriter

from crm.db import unit_of_work
from crm.web import pdf

PIECE = 250  # rows laid out at once: some 8 pages; memory stays below 300 MB however long the print


class LongPrint:
    """`data` is what `document/list.html` needs besides its rows. Pieces lie in `folder`; somebody else empties it."""

    def __init__(self, folder: Path, count: int, **data: Any) -> None:
        self.folder, self.count, self.data = folder, count, data
        self.waiting: list[Sequence[Any]] = []
        self.pieces: list[Path] = []
        self.pages = 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self.waiting += rows
        while len(self.waiting) >= PIECE:
            self._press(last=False)

    def finished(self) -> bytes:
        """The whole print; nothing can be added afterwards."""
        if self.waiting or not self.pieces:
            self._press(last=True)
        return self._put_together()

    def _press(self, *, last: bool) -> None:
        rows = self.waiting[: None if last else PIECE]
        begun = bool(self.pieces)
        piece = pdf.laid_out(
            _filled("list.html", rows=rows, count=self.count, piece=True, continued=begun, **self.data)
        )
        pages = piece.pages if last else piece.pages[:-1] or piece.pages
        taken = len(rows) if pages is piece.pages else min(_rows_of(piece.pages[-1]), default=len(rows))
        path = self.folder / f"{len(self.pieces)}.pdf"
        path.write_bytes(pdf.written(piece, pages))
        self.pieces.append(path)
        self.pages += len(pages)
        self.waiting = self.waiting[taken:]

    def _put_together(self) -> bytes:
        writer, out = PdfWriter(), BytesIO()
        for path in self.pieces:
            writer.append(path)
        shape = "wide" if len(self.data["headings"]) > 7 else "list"
        numbers = PdfReader(BytesIO(pdf.press(_filled("numbers.html", pages=self.pages, shape=shape))))
        for page, number in zip(writer.pages, numbers.pages, strict=True):
            page.merge_page(number)
            page.compress_content_streams()
        writer.write(out)
        return out.getvalue()


def _filled(template: str, **data: Any) -> str:
    """In a reading unit of its own, over before the slow laying out: every template knows who acts and where."""
    with unit_of_work(writes=False):
        return render_template(f"document/{template}", **data)


def _rows_of(page: Any) -> list[int]:
    """The places of the rows that begin on this page, by the anchors the template gave them."""
    return [int(name.removeprefix("row-")) for name in page.anchors if name.startswith("row-")]
