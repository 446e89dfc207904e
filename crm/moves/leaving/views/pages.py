"""The blueprint, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from crm.auth.permissions import Permission
from crm.files import store
from crm.files.models import Upload
from crm.moves.leaving.models import KIND_TITLES, Leaving, Side
from crm.moves.leaving.service.signing import PURPOSE

blueprint = Blueprint("leavings", __name__, url_prefix="/leavings")
READ, HANDLE = Permission.move_read, Permission.move_handle


def address(leaving: Leaving) -> str:
    return url_for("leavings.show", leaving_id=leaving.id)


def intro(leaving: Leaving) -> str:
    """What it is about, in one line."""
    names = "、".join(dict.fromkeys(party.customer.name for party in leaving.of(Side.leaves)))
    return " · ".join((leaving.number, str(KIND_TITLES[leaving.kind]), leaving.unit.label, names))


def kept(field: Any, estate_id: int) -> Upload | None:
    """What was chosen in a field for a file."""
    chosen = field.data
    if not chosen or not getattr(chosen, "filename", ""):
        return None
    return store.keep(chosen.read(), chosen.filename, purpose=PURPOSE, estate_id=estate_id)
