"""Texts to begin with: the company's, whatever the estate."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from crm.correspondence.wordings.models import Wording, WordingKind
from crm.db import session


def in_use(kind: WordingKind) -> Sequence[Wording]:
    found = select(Wording).where(Wording.kind == kind, Wording.active)
    return session().scalars(found.order_by(Wording.name, Wording.id)).all()


def find_in_use(kind: WordingKind, text: str | None) -> Wording | None:
    """The one an address names; None for anything that is none."""
    if not (text and text.isdecimal() and len(text) < 10):
        return None
    found = session().get(Wording, int(text))
    return found if found and found.kind is kind and found.active else None
