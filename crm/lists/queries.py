"""The acting person's layout and filters of a list: one query each."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import abort, g
from sqlalchemy import or_, select

from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.db import session
from crm.lists.layouts import Layout
from crm.lists.models import ListLayout, SavedFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilter:
    """A filter as the list offers it. `owner` is empty for one's own."""

    id: int
    version: int
    name: str
    parameters: dict[str, str]
    shared: bool
    owner: str
    may_change: bool


def layout_of(key: str) -> Layout:
    mine = ListLayout.user_id == g.actor.user_id, ListLayout.list_key == key
    columns = ListLayout.columns, ListLayout.density, ListLayout.page_size, ListLayout.default_filter_id
    row = session().execute(select(*columns).where(*mine)).one_or_none()
    return Layout(**row._mapping) if row else Layout()


def kept_filters(key: str) -> list[KeptFilter]:
    """One's own first, then those others share; by name."""
    me = g.actor.user_id
    found = (
        select(SavedFilter, User.full_name)
        .join(User, User.id == SavedFilter.user_id)
        .where(SavedFilter.list_key == key, or_(SavedFilter.shared, SavedFilter.user_id == me))
        .order_by(SavedFilter.user_id != me, SavedFilter.name, SavedFilter.id)
    )
    return [
        KeptFilter(
            id=row.id,
            version=row.version,
            name=row.name,
            parameters=dict(parse_qsl(row.query)),
            shared=row.shared,
            owner="" if row.user_id == me else full_name,
            may_change=may_change(row),
        )
        for row, full_name in session().execute(found)
    ]


def may_change(row: SavedFilter) -> bool:
    return row.user_id == g.actor.user_id or (row.shared and g.actor.may(Permission.list_share))


def get_filter(key: str, filter_id: int) -> SavedFilter:
    """404 for a filter of another list, and for somebody else's that is not shared."""
    row = session().get(SavedFilter, filter_id)
    if row is None or row.list_key != key or not (row.shared or row.user_id == g.actor.user_id):
        abort(404)
    return row
