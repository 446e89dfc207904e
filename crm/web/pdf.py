"""PDF through WeasyPrint, fed with our own files and nothing else (decision 011)."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from flask import render_template
from markupsafe import Markup
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


def press(html: str, stylesheet: str = "paper.css") -> bytes:
    with PRESS:
        page = HTML(string=html, base_url=f"{SCHEME}:", url_fetcher=OwnFiles())
        pdf: bytes = page.write_pdf(stylesheets=[_stylesheet(stylesheet)], font_config=_fonts())
        return pdf


def document(template: str, **data: Any) -> bytes:
    """The form `templates/document/<template>` filled with `data`, as PDF bytes."""
    return press(render_template(f"document/{template}", **data))


def qr(text: str) -> Markup:
    """The record's number as a QR code, inline SVG."""
    return Markup(segno.make(text, micro=False).svg_inline(scale=2, border=0))  # noqa: S704 - our own drawing
