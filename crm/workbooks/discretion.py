"""ID numbers never leave an import in clear, in whatever column they stand; what it shows has no telephone either."""

from __future__ import annotations

import re

from crm.identity import mask_id_number
from crm.phones import mask_phone

_ID_NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx]|\d{15})(?![\dXx])")
_TELEPHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|\d{10,})(?!\d)")


def discreet(text: str) -> str:
    """The text with every number of 15 or 18 places masked: as it is kept, telephones to be called later included."""
    return _ID_NUMBER.sub(lambda found: mask_id_number(found[0]), text)


def shown(text: str) -> str:
    """As a page or a report says it: telephones masked too, and whatever is long enough to be one mistyped."""
    return _TELEPHONE.sub(lambda found: _masked("".join(filter(str.isdigit, found[0]))), discreet(text))


def _masked(digits: str) -> str:
    return mask_phone(digits) if len(digits) <= 12 and digits[0] in "01" else f"{digits[:3]}***{digits[-4:]}"
