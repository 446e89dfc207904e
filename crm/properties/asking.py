"""What figures are asked of: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g

from crm.properties.queries import estate_names, get_estate


def chosen_id(field: Any) -> int | None:
    text = field.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def one_of(offered: Mapping[int, str], field: Any) -> int | None:
    """404 for one that is not offered: nobody learns how it is called."""
    chosen = chosen_id(field)
    return abort(404) if chosen is not None and chosen not in offered else chosen


def asked_estates(field: Any) -> dict[int, str]:
    """The one asked for, else the one chosen in the top bar, else all that the person sees."""
    wanted = chosen_id(field) or g.actor.estate_id
    if wanted is None:
        return estate_names()
    estate = get_estate(wanted)
    return {estate.id: estate.name}
