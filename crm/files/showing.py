"""An upload as a browser gets it: shown where it can be shown, else saved."""

from __future__ import annotations

from flask import Response

from crm.files import store
from crm.files.models import Upload
from crm.web.download import attachment


def shown(upload: Upload) -> Response:
    """With what is stored of it loaded."""
    media_type = upload.stored.media_type
    return attachment(store.read(upload), upload.name, media_type, inline=media_type in store.SHOWN)
