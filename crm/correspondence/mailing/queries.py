"""Batches of letters, inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.correspondence.letters.models import Letter, LetterBatch
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate


def get_batch(batch_id: int) -> LetterBatch:
    """With its estate. 404 outside the person's estates."""
    found = select(LetterBatch).where(LetterBatch.id == batch_id, within(LetterBatch.estate_id))
    return session().scalars(found.options(joinedload(LetterBatch.estate))).one_or_none() or abort(404)


def find_made(key: str | None) -> LetterBatch | None:
    """What a form with this key has made already."""
    return session().scalars(select(LetterBatch).filter_by(key=key)).one_or_none() if key else None


def batches() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LetterBatch.id,
            LetterBatch.title,
            LetterBatch.letters,
            LetterBatch.made_by,
            LetterBatch.made_at,
            Estate.name.label("estate"),
        )
        .join(Estate, Estate.id == LetterBatch.estate_id)
        .where(in_chosen_estate(LetterBatch.estate_id))
    )


def letters_of(batch_id: int, most: int | None = None) -> Sequence[Letter]:
    """In the order of their numbers, which is that of the units."""
    found = select(Letter).where(Letter.batch_id == batch_id).order_by(Letter.id)
    return session().scalars(found.limit(most) if most else found).all()


def ids_of(batch_id: int) -> list[int]:
    return list(session().scalars(select(Letter.id).where(Letter.batch_id == batch_id).order_by(Letter.id)))


def contents_of(ids: Collection[int]) -> Sequence[Any]:
    """(id, content) in their order."""
    found = select(Letter.id, Letter.content).where(Letter.id.in_(ids)).order_by(Letter.id)
    return session().execute(found).all()
