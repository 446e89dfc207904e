"""What somebody asks of a list: which rows, in which order, with which columns.

A list is described by its view and nowhere else. Whoever needs it apart from its page (a job, a saved filter) enters
the view again by `entered`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, g, request, url_for
from sqlalchemy import Select, asc, desc, func, literal, select

from crm.db import session
from crm.lists.description import Column, Listing
from crm.lists.layouts import Layout
from crm.lists.queries import layout_of

PLACES = ("page", "before", "after")  # which part of a list is looked at
TURNS = (*PLACES, "as", "saved")  # parameters that choose no rows


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`parameters` are the filters' values and the order, as in the address."""

    listing: Listing
    key: str
    path: str  # the list's address without parameters
    extra: dict[str, str]  # the view's own parameters
    parameters: dict[str, str]
    layout: Layout

    @property
    def columns(self) -> list[Column]:
        return self.layout.shown(self.listing.columns)

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in self.parameters.items() if name != "sort"}

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """(filter, value) of every filter that is set, as the list's page says it."""
        chosen = [(entry, self.values[entry.name]) for entry in self.listing.filters if entry.name in self.values]
        return [(str(entry.title), str(dict(entry.choices).get(value, value))) for entry, value in chosen]

    @property
    def sort(self) -> str:
        return self.parameters.get("sort", "")

    @property
    def address(self) -> str:
        """Where this very list stands, first page."""
        query = urlencode({**self.extra, **self.parameters})
        return f"{self.path}?{query}" if query else self.path

    @property
    def rows(self) -> Select[*tuple[Any, ...]]:
        """What the filters leave, in no order."""
        query = self.listing.query
        for entry in self.listing.filters:
            value = self.values.get(entry.name, "")
            if value and (not entry.choices or value in dict(entry.choices)):
                query = query.where(entry.condition(value))
        return query

    @property
    def query(self) -> Select[*tuple[Any, ...]]:
        """What the filters leave, in the order asked for."""
        for column in self.listing.columns:
            if column.name == self.sort.removeprefix("-") and column.order is not None:
                turn = desc if self.sort.startswith("-") else asc
                return self.rows.order_by(turn(column.order).nulls_last(), *self.listing.order)
        return self.rows.order_by(*self.listing.order)

    def summary(self) -> tuple[int, dict[str, Any]]:
        """Count and sums over everything the filters leave, in one query."""
        summed = [column.total for column in self.columns if column.total]
        if self.listing.counted is not None and not self.values and not summed:
            alone = self.listing.counted.with_only_columns(func.count(), maintain_column_froms=True)
            return session().scalars(alone).one(), {}
        needed = [column for column in self.rows.selected_columns if column.key in summed]
        left = self.rows.with_only_columns(*(needed or [literal(1)]), maintain_column_froms=True)
        whole = left.offset(0).subquery()  # fenced off, or SQLite looks up what was joined for its columns alone
        sums = (func.sum(whole.c[name]) for name in summed)
        row = session().execute(select(func.count(), *sums).select_from(whole)).one()
        return row[0], dict(zip(summed, row[1:], strict=True))


def asked(listing: Listing, layout: Layout | None = None) -> Asked:
    """What the present request asks of the list."""
    key = _key()
    known = {entry.name for entry in listing.filters} | {"sort", *TURNS}
    return Asked(
        listing=listing,
        key=key,
        path=url_for(str(request.endpoint), **(request.view_args or {})),
        extra={name: value for name, value in request.args.items() if name not in known},
        parameters=listing.cleaned(request.args),
        layout=layout_of(key) if layout is None else layout,
    )


def _key() -> str:
    """The list among all lists: its endpoint, and the object it is about."""
    about = urlencode(sorted((request.view_args or {}).items()))
    return f"{request.endpoint}?{about}" if about else str(request.endpoint)


@contextmanager
def entered(address: str, layout: Layout | None = None) -> Iterator[Asked]:
    """The list at this address of ours, as its view describes it to the acting person; the request stays open.

    Answers as the view does where the person may not see it, 400 where no list stands.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        abort(400)
    with current_app.test_request_context(address):
        yield asked(_described(), layout)


def _described() -> Listing:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "own_units", False):
        abort(400)
    found: list[Listing] = []
    g.list_wanted = found.append
    try:
        view(**(request.view_args or {}))
    finally:
        g.pop("list_wanted", None)
    return found[0] if found else abort(400)
