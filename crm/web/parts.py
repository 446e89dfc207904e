"""Whether a whole page is wanted or the part of it that changes."""

from __future__ import annotations

from flask import request


def asked_by_htmx() -> bool:
    return "HX-Request" in request.headers
