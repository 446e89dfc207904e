"""WeasyPrint at work: what `crm.web.pdf` loads when the first page is printed."""

from __future__ import annotations

import base64
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from crm.web.drawing import JPEG, PNG
from crm.web.places import STATIC

ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint lets the whole process take half a photo for a whole one

SCHEME = "own"
PICTURES = {PNG: "image/png", JPEG: "image/jpeg"}
SELDOM = (50_000, 50, 100)
PRESS = Lock()  # Pango's font map is shared and not made for several threads


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Fetches `own:paper.css` from the static folder; refuses every other address, local files included.

    A picture that stands in the form itself is nothing to fetch.
    """

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        for kind, name in PICTURES.items():
            if url.startswith(kind):
                picture = base64.b64decode(url.removeprefix(kind), validate=True)
                return URLFetcherResponse(url, picture, {"Content-Type": name})
        address = urlsplit(url)
        path = (STATIC / unquote(address.path)).resolve()
        if address.scheme != SCHEME or not path.is_relative_to(STATIC.resolve()):
            raise ValueError(f"a form may not fetch {url}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "application/octet-stream"})


@lru_cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@lru_cache
def _stylesheet(name: str) -> CSS:
    return CSS(string=(STATIC / name).read_text(), font_config=_fonts(), url_fetcher=OwnFiles())


@contextmanager
def at_length() -> Iterator[None]:
    """Python's collector goes through every live object each time so many are new, and pages are full of them: what is
    there before is set aside for good, and it looks less often. What the pages leave behind is gone at the end."""
    _set_aside()
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.collect()


@lru_cache
def _set_aside() -> None:
    gc.collect()
    gc.freeze()


def press(html: str, stylesheet: str) -> bytes:
    with PRESS:
        page = HTML(string=html, base_url=f"{SCHEME}:", url_fetcher=OwnFiles())
        pdf: bytes = page.write_pdf(stylesheets=[_stylesheet(stylesheet)], font_config=_fonts())
        return pdf


def laid_out(html: str, stylesheet: str) -> Any:
    """The pages, not written yet: whoever prints in pieces looks first where a page ends."""
    with PRESS:
        page = HTML(string=html, base_url=f"{SCHEME}:", url_fetcher=OwnFiles())
        return page.render(stylesheets=[_stylesheet(stylesheet)], font_config=_fonts())


def written(laid: Any, pages: Any) -> bytes:
    """Some of the pages of `laid_out`, as PDF bytes."""
    with PRESS:
        pdf: bytes = laid.copy(pages).write_pdf()
        return pdf
