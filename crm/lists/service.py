"""Keeping a person's layout of a list, and filters under a name; what others see of it is noted in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select, update

from crm.audit.log import record
from crm.dates import utc_now
from crm.db import insert, session
from crm.errors import DomainError
from crm.lists.events import FilterChanged, FilterDeleted, FilterSaved
from crm.lists.models import USUAL_PAGE_SIZE, Density, ListLayout, SavedFilter


def keep_layout(key: str, **given: Any) -> None:
    """In one statement: two tabs that are the first to keep something do not meet."""
    mine = {"user_id": g.actor.user_id, "list_key": key}
    usual = {"columns": [], "density": Density.normal, "page_size": USUAL_PAGE_SIZE}
    kept = insert(ListLayout).values(mine | usual | given)
    session().execute(kept.on_conflict_do_update(index_elements=list(mine), set_=given))


def reset_layout(key: str) -> None:
    """The list as its package describes it; the filter it opens with stays."""
    keep_layout(key, columns=[], density=Density.normal, page_size=USUAL_PAGE_SIZE)


def save_filter(key: str, name: str, parameters: Mapping[str, str], *, shared: bool) -> SavedFilter:
    """Raises `DomainError` when one's own filter of that name stands already."""
    _refuse_taken(key, g.actor.user_id, name)
    row = SavedFilter(
        list_key=key,
        user_id=g.actor.user_id,
        name=name,
        query=urlencode(parameters),
        shared=shared,
        created_at=utc_now(),
    )
    session().add(row)
    session().flush()
    record(FilterSaved(saved_filter_id=row.id, list_key=key, name=name, query=row.query, shared=shared))
    return row


def change_filter(row: SavedFilter, name: str, *, shared: bool) -> None:
    """Raises `DomainError` when its owner has another of that name."""
    _refuse_taken(row.list_key, row.user_id, name, besides=row.id)
    old = {"name": row.name, "shared": row.shared}
    new: dict[str, Any] = {"name": name, "shared": shared}
    row.name, row.shared = name, shared
    if changes := {field: [old[field], new[field]] for field in old if old[field] != new[field]}:
        record(FilterChanged(saved_filter_id=row.id, list_key=row.list_key, changes=changes))


def delete_filter(row: SavedFilter) -> None:
    """Whoever opened the list with it gets the whole list again."""
    lists = update(ListLayout).where(ListLayout.default_filter_id == row.id)
    session().execute(lists.values(default_filter_id=None))
    session().delete(row)
    record(FilterDeleted(saved_filter_id=row.id, list_key=row.list_key, name=row.name))


def _refuse_taken(key: str, user_id: int | None, name: str, besides: int = 0) -> None:
    same = SavedFilter.list_key == key, SavedFilter.user_id == user_id, SavedFilter.name == name
    with session().no_autoflush:
        if session().scalar(select(SavedFilter.id).where(*same, SavedFilter.id != besides)):
            raise DomainError(_("There is a filter called %(name)s already. Choose another name.", name=name))
