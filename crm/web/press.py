"""WeasyPrint at work: what `crm.web.pdf` loads when the first page is printed."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from crm.web.places import STATIC

ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint lets the whole process take half a photo for a whole one

SCHEME = "own"
PRESS = Lock()  # Pango's font map is shared and not made for several threads


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Fetches `own:paper.css` from the static folder; refuses every other address, local files included."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
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
