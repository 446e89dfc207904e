"""Business days of moments."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app


def day_of(moment: datetime) -> date:
    """The day at the company, not the server's."""
    return moment.astimezone(current_app.config["SETTINGS"].timezone).date()
