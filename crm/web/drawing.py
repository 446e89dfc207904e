"""A field for what is drawn by finger: the strokes come as a PNG in the form."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from PIL import Image
from wtforms import HiddenField, ValidationError

PNG, JPEG = "data:image/png;base64,", "data:image/jpeg;base64,"


def inline(content: bytes, kind: str = PNG) -> str:
    """The picture itself as an address: the press fetches nothing."""
    return kind + base64.b64encode(content).decode()


def small(content: bytes, most: tuple[int, int], quality: int = 70) -> str:
    """A photo for a paper, at most so many pixels wide and high, as an address that holds it."""
    out = BytesIO()
    with Image.open(BytesIO(content)) as picture:
        picture.thumbnail(most)
        picture.convert("RGB").save(out, "JPEG", quality=quality)
    return inline(out.getvalue(), JPEG)


class DrawingField(HiddenField):
    """Untouched it sends nothing. `drawn`: the picture's bytes, None when nothing, or nothing readable, came."""

    @property
    def drawn(self) -> bytes | None:
        text = self.data or ""
        if not text.startswith(PNG):
            return None
        try:
            return base64.b64decode(text.removeprefix(PNG), validate=True)
        except ValueError:  # also signs that are none of base64
            return None

    def pre_validate(self, form: Any) -> None:
        if self.data and self.drawn is None:
            raise ValidationError(_("The drawn signature arrived damaged. Draw it again."))
