"""The lists that have the month's cases one by one, with its first and last day in their filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import g, url_for

from crm.properties.queries import estate_names
from crm.statistics.asked import Asked
from crm.statistics.sheets import Sheet


def since_and_until(asked: Asked) -> dict[str, Any]:
    return {"since": asked.month.isoformat(), "until": (asked.ends - timedelta(days=1)).isoformat()}


def of_the_month(asked: Asked) -> dict[str, Any]:
    return {"month": asked.title, "until": asked.title, "estate_id": asked.estate_id}


def links(sheet: Sheet, asked: Asked) -> Sequence[tuple[str, str]]:
    """(title, address) of those the acting person may read. They show the estates of the top bar: none where the
    figures are of others.
    """
    if set(asked.estates) != ({g.actor.estate_id} if g.actor.estate_id else set(estate_names())):
        return []
    return [
        (str(each.title), url_for(each.endpoint, **each.parameters(asked)))
        for each in sheet.registers
        if g.actor.may(each.permission)
    ]
