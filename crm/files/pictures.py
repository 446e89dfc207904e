"""A picture from the store as a page of paper."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

LONGEST_SIDE = 2_000  # pixels: some 170 to the inch on A4, and small enough for hundreds of them
QUALITY = 80
POINTS = 72  # to the inch: a pixel is a point
WIDTH = 8.27  # inches of A4: a scan fills the page's width


def as_pdf(content: bytes, inches: float = 0) -> bytes:
    """One page as large as the picture, which is made no larger than a reader needs; or of a width in `inches`."""
    out = BytesIO()
    with Image.open(BytesIO(content)) as picture:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked smaller at once
        flat = _on_white(picture)
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat.save(out, "PDF", quality=QUALITY, resolution=flat.width / inches if inches else POINTS)
    return out.getvalue()


def in_pages(content: bytes) -> bytes:
    """A stored scan as PDF; a picture becomes a page of A4's width."""
    return content if content.startswith(b"%PDF") else as_pdf(content, WIDTH)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground
