"""Phones without a network: the script that keeps their pages (`static/offline.js`), and the moments they tell of."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from crm.web.places import STATIC


def worker_of(scope: str) -> Response:
    """It may only look after the addresses below `scope`."""
    answer = Response((STATIC / "offline.js").read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = scope
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def moment_told(text: str | None) -> datetime | None:
    """As a phone writes it; None for anything else."""
    try:
        told = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return told if told.tzinfo else None
