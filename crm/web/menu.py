"""The left menu: which pages there are, under which desk, for whom. `crm.wiring` lists them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from flask import render_template, request, url_for
from flask_babel import LazyString, get_locale
from markupsafe import Markup


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MenuItem:
    title: LazyString
    endpoint: str
    icon: str
    permission: str
    group: LazyString | str = ""
    inner: tuple[str, ...] = ()  # the pages below this one


def drawn(items: tuple[MenuItem, ...], permissions: Collection[str]) -> Markup:
    """The items of each desk that the permissions open; the page shown, or the one above it, is marked."""
    menu = _drawn(items, frozenset(permissions), str(get_locale()), request.script_root)
    for item in items:
        if request.endpoint == item.endpoint or request.endpoint in item.inner:
            link = Markup('<a href="{}"').format(url_for(item.endpoint))
            menu = menu.replace(link, link + Markup(' aria-current="page"'))
    return menu


@lru_cache(maxsize=64)  # it stands on every page, the same for all who may the same
def _drawn(items: tuple[MenuItem, ...], permissions: frozenset[str], _language: str, _root: str) -> Markup:
    offered = [item for item in items if item.permission in permissions]
    groups = [(group, list(some)) for group, some in groupby(offered, key=lambda item: str(item.group))]
    return Markup(render_template("_layout/_places.html", groups=groups))  # noqa: S704 - escaped by the template
