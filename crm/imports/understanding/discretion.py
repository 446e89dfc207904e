"""ID numbers never leave the importer in clear, in whatever column they stand."""

from __future__ import annotations

import re

from crm.tenants.identity import mask_id_number

_ID_NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15})(?![\dXx])")


def discreet(text: str) -> str:
    """The text with every number of 15 or 18 places masked."""
    return _ID_NUMBER.sub(lambda found: mask_id_number(found[0]), text)
