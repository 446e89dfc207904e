"""PDF through WeasyPrint, fed with our own files and nothing else (decision 011)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any

import segno
from flask import render_template
from markupsafe import Markup
from pypdf import PdfWriter

from crm.late import late

_press = late("crm.web.press")


def press(html: str, stylesheet: str = "paper.css") -> bytes:
    pdf: bytes = _press.press(html, stylesheet)
    return pdf


def laid_out(html: str, stylesheet: str = "paper.css") -> Any:
    """The pages, not written yet: whoever prints in pieces looks first where a page ends."""
    return _press.laid_out(html, stylesheet)


def written(laid: Any, pages: Any) -> bytes:
    """Some of the pages of `laid_out`, as PDF bytes."""
    pdf: bytes = _press.written(laid, pages)
    return pdf


def document(template: str, **data: Any) -> bytes:
    """The form `templates/document/<template>` filled with `data`, as PDF bytes."""
    return press(render_template(f"document/{template}", **data))


def copies(template: str, each: Iterable[dict[str, Any]], **data: Any) -> bytes:
    """The form several times in one PDF, each with its own page numbers; the fonts are cut to what is used once."""
    return bound([laid_out(render_template(f"document/{template}", **data, **own)) for own in each])


def bound(laid: Sequence[Any]) -> bytes:
    """One PDF of several that are laid out, each with its own page numbers; the fonts are cut once."""
    return written(laid[0], [page for paper in laid for page in paper.pages])


def at_length() -> AbstractContextManager[None]:
    """While many pages are made: what was there before is not looked through again and again."""
    lasting: AbstractContextManager[None] = _press.at_length()
    return lasting


def joined(papers: Iterable[bytes]) -> bytes:
    """One PDF of several, each with its own page numbers; what they share (fonts) stands in it once."""
    writer, out = PdfWriter(), BytesIO()
    for paper in papers:
        writer.append(BytesIO(paper))
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.write(out)
    return out.getvalue()


def qr(text: str) -> Markup:
    """The record's number as a QR code, inline SVG."""
    return Markup(segno.make(text, micro=False).svg_inline(scale=2, border=0))  # noqa: S704 - our own drawing
