"""Sending bytes as a file under a name that may be Chinese."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def attachment(content: bytes, name: str, media_type: str, *, inline: bool = False) -> Response:
    """Never sniffed, never run: the policy forbids everything inside a downloaded page."""
    place = "inline" if inline else "attachment"
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"{place}; filename*=UTF-8''{quote(name, safe='')}"
    if not inline:
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
