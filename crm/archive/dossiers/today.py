"""The company's business day."""

from __future__ import annotations

from datetime import date

from flask import current_app

from crm.dates import today


def business_day() -> date:
    return today(current_app.config["SETTINGS"].timezone)
