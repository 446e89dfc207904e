"""The left menu: which pages there are, under which desk, for whom. `crm.wiring` lists them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from flask import current_app, request
from flask_babel import LazyString, force_locale, get_locale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MenuItem:
    title: LazyString
    endpoint: str
    icon: str
    permission: str
    group: LazyString | str = ""
    inner: tuple[str, ...] = ()  # the pages below this one


@dataclass(frozen=True, slots=True)
class Place:
    """An item as it is read: its words in one language, its path under one root."""

    item: MenuItem
    title: str
    path: str

    @property
    def here(self) -> bool:
        """Whether the page shown is this item's or below it."""
        return request.endpoint == self.item.endpoint or request.endpoint in self.item.inner


Group = tuple[str, list[Place]]


def offered(items: tuple[MenuItem, ...], permissions: Collection[str]) -> list[Group]:
    """The places of each desk."""
    return _groups(items, frozenset(permissions), str(get_locale()), request.script_root)


@lru_cache(maxsize=64)  # it stands on every page, the same for all who may the same
def _groups(items: tuple[MenuItem, ...], permissions: frozenset[str], language: str, root: str) -> list[Group]:
    paths = current_app.url_map.bind("", script_name=root)
    with force_locale(language):
        asked = [(str(item.group), item) for item in items if item.permission in permissions]
        places = [(group, Place(item, str(item.title), paths.build(item.endpoint))) for group, item in asked]
    return [(group, [place for _group, place in some]) for group, some in groupby(places, key=lambda each: each[0])]
