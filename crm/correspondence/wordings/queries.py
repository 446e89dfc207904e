"""Texts to begin with: the company's, whatever the estate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, select

from crm.correspondence.wordings.models import Wording, WordingKind
from crm.db import session


def get_wording(wording_id: int) -> Wording:
    return session().get(Wording, wording_id) or abort(404)


def in_use(kind: WordingKind) -> Sequence[Wording]:
    found = select(Wording).where(Wording.kind == kind, Wording.active)
    return session().scalars(found.order_by(Wording.name, Wording.id)).all()


def find_in_use(kind: WordingKind, text: str | None) -> Wording | None:
    """The one an address names; None for anything that is none."""
    if not (text and text.isdecimal() and len(text) < 10):
        return None
    found = session().get(Wording, int(text))
    return found if found and found.kind is kind and found.active else None


def namesake(kind: WordingKind, name: str) -> Wording | None:
    """The one in use that is called so."""
    return session().scalars(select(Wording).filter_by(kind=kind, name=name, active=True)).one_or_none()


def wordings() -> Select[*tuple[Any, ...]]:
    return select(Wording.id, Wording.kind, Wording.name, Wording.subject, Wording.body, Wording.active)
