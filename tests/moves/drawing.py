"""Names drawn by finger, scans and pictures as a browser sends them."""

from __future__ import annotations

import re
from base64 import b64encode
from io import BytesIO

from PIL import Image, ImageDraw
from pypdf import PdfWriter


def picture(kind: str = "PNG") -> bytes:
    out, image = BytesIO(), Image.new("RGB", (90, 30), "white")
    ImageDraw.Draw(image).line((5, 5, 80, 25), fill="black", width=2)
    image.save(out, kind)
    return out.getvalue()


def drawn() -> str:
    return "data:image/png;base64," + b64encode(picture()).decode()


def scanned(height: int = 842) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, height)
    writer.write(out)
    return out.getvalue()


def told(answer: object) -> str:
    """What a page says is wrong: for the message of a failing test."""
    text = str(getattr(answer, "text", ""))
    found = re.search(r'notice-danger.*?</ul>|class="fault".*?</section>', text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[0] if found else text[:300])
