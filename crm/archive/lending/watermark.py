"""A mark on every page of a copy: whose it is, by which slip, when."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from flask import render_template
from flask_babel import gettext as _
from PIL import Image
from pypdf import PageObject, PdfReader, PdfWriter, Transformation

from crm.errors import DomainError
from crm.web import pdf


def marked(content: bytes, media_type: str, text: str) -> bytes:
    """Raises `DomainError` for what has no pages: a table or a text is read on paper."""
    mark = PdfReader(BytesIO(pdf.press(render_template("document/lending/watermark.html", text=text)))).pages[0]
    writer, out = PdfWriter(), BytesIO()
    for page in _pages(content, media_type):
        own = writer.add_page(page)
        own.transfer_rotation_to_content()
        _lay_over(own, mark)
    writer.write(out)
    return out.getvalue()


def _pages(content: bytes, media_type: str) -> Iterator[PageObject]:
    if media_type.startswith("image/"):
        content = _as_pdf(content)
    elif media_type != "application/pdf":
        raise DomainError(_("This file has no pages to be marked. Ask for the paper, or for a scan of it."))
    yield from PdfReader(BytesIO(content)).pages


def _as_pdf(picture: bytes) -> bytes:
    """On one page of its own shape, on white where it lets through."""
    out = BytesIO()
    with Image.open(BytesIO(picture)) as found:
        shown = Image.new("RGB", found.size, "white")
        shown.paste(found, mask=found.getchannel("A") if found.mode == "RGBA" else None)
        shown.save(out, "PDF", resolution=150)
    return out.getvalue()


def _lay_over(page: PageObject, mark: PageObject) -> None:
    """Stretched to the page, wherever its corner lies."""
    box = page.mediabox
    wide, high = float(box.width) / float(mark.mediabox.width), float(box.height) / float(mark.mediabox.height)
    moved = Transformation().scale(wide, high).translate(float(box.left), float(box.bottom))
    page.merge_transformed_page(mark, moved)
