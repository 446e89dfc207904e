"""Of which estate the audience of something new is to be."""

from __future__ import annotations

from flask import request

from crm.auth.actor import actor
from crm.properties.models import Estate
from crm.properties.queries import get_estate, visible_estates

LONGEST_ID = 10  # digits from which on it is none of ours


def estate_asked() -> Estate | None:
    """The one of the address, else the one chosen in the top bar, else the only one. 404 for one nobody here sees."""
    text = request.args.get("estate_id", "")
    named = int(text) if text.isdecimal() and len(text) < LONGEST_ID else None
    wanted = named or actor().estate_id
    if wanted is not None:
        return get_estate(wanted)
    seen = visible_estates()
    return seen[0] if len(seen) == 1 else None
