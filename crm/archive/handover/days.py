"""Business days of moments."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app


def day_of(moment: datetime) -> date:
    """The day at the company, not the server's."""
    return moment.astimezone(current_app.config["SETTINGS"].timezone).date()


def minute_of(moment: datetime) -> str:
    """As papers say it and their hash binds it: at the company, to the minute."""
    return moment.astimezone(current_app.config["SETTINGS"].timezone).strftime("%Y-%m-%d %H:%M")
