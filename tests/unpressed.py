"""Papers as the HTML that would go to the press: nothing comes out of WeasyPrint that did not go in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from pypdf import PageObject, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from crm.web import press

KEY = "/Html"  # of a page's dictionary


class Unpressed:
    """Stands for `weasyprint.HTML` and for what it has laid out: one blank page that carries its HTML."""

    def __init__(self, string: str, **_places: Any) -> None:
        self.string = string
        self.pages: Sequence[Unpressed] = [self]

    def render(self, **_styles: Any) -> Unpressed:
        return self

    def copy(self, pages: Sequence[Unpressed]) -> Unpressed:
        chosen = Unpressed("")
        chosen.pages = pages
        return chosen

    def write_pdf(self, **_styles: Any) -> bytes:
        writer, out = PdfWriter(), BytesIO()
        for page in self.pages:
            writer.add_blank_page(595, 842)[NameObject(KEY)] = TextStringObject(page.string)
        writer.write(out)
        return out.getvalue()


@contextmanager
def unpressed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "HTML", Unpressed)
        yield


def html_of(page: PageObject) -> str:
    """What an unpressed page carries; of a pressed one nothing."""
    return str(page.get(KEY, ""))
