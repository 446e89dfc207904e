"""What figures are asked of: 404 for whatever lies outside the person's estates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, g
from flask_babel import gettext as _

from crm.properties.queries import estate_names
from crm.web.forms import choices

ALL = "all"  # in the address: whatever stands in the top bar


def chosen_id(field: Any) -> int | None:
    text = field.data or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def one_of(offered: Mapping[int, str], field: Any) -> int | None:
    """404 for one that is not offered: nobody learns how it is called."""
    chosen = chosen_id(field)
    return abort(404) if chosen is not None and chosen not in offered else chosen


def asked_estates(field: Any) -> dict[int, str]:
    """The one asked for, or all that the person sees; of nothing asked the one of the top bar. It stands in the field
    then, among all that may be chosen."""
    names = estate_names()
    if field.data != ALL and chosen_id(field) is None:
        field.data = str(g.actor.estate_id or ALL)
    field.choices = choices({ALL: _("All"), **names})
    wanted = one_of(names, field)
    return names if wanted is None else {wanted: names[wanted]}
