"""A list: one query feeds the page, its Excel and its print; filters live in the address.

A view describes the list (columns, filters, query) and returns `answer(listing)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask import abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, asc, desc, func, select
from werkzeug.datastructures import MultiDict

from crm.dates import today
from crm.db import session
from crm.errors import DomainError
from crm.web import excel, pdf
from crm.web.download import attachment

PAGE_SIZE = 50
EXPORT_LIMIT = 100_000  # rows
PRINT_LIMIT = 500  # rows: about six seconds of work
Text = str | LazyString


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`value` is what Excel and print get; `kind` one of excel.WIDTHS, or "badge" with `tone`."""

    name: str
    title: Text
    value: Callable[[Any], Any]
    kind: str = "text"
    order: SQLColumnExpression[Any] | None = None
    link: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    total: str = ""  # the query's column to sum for the summary row

    @property
    def right(self) -> bool:
        return self.kind in ("number", "money", "area")

    @property
    def excel_kind(self) -> str:
        return "text" if self.kind == "badge" else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field of the query bar: free text, or a choice when `choices` are given."""

    name: str
    title: Text
    condition: Callable[[str], ColumnElement[bool]]
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, kw_only=True)
class Listing:
    title: Text
    query: Select[*tuple[Any, ...]]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: Sequence[SQLColumnExpression[Any]] = ()
    export_permission: str = ""
    empty: Text = ""
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the template draws."""

    listing: Listing
    rows: Sequence[Any]
    count: int
    totals: dict[str, Any]
    number: int
    values: dict[str, str]
    sort: str
    may_export: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))

    @property
    def filtered(self) -> bool:
        return bool(self.values)

    def address(self, **changes: Any) -> str:
        """This list's address with some parameters changed; None takes one away."""
        args = {**request.args.to_dict(), **changes}
        kept = {name: value for name, value in args.items() if value not in (None, "")}
        return url_for(str(request.endpoint), **{**(request.view_args or {}), **kept})

    def sorted_by(self, column: Column) -> str:
        """The address sorted by this column; a second click turns the order round."""
        return self.address(sort=f"-{column.name}" if self.sort == column.name else column.name, page=None)


def answer(listing: Listing, template: str = "_layout/list.html", **context: Any) -> ResponseReturnValue:
    """The page, its part for htmx, the workbook (`as=xlsx`) or the printed list (`as=pdf`)."""
    values = _values(listing, request.args)
    query = _filtered(listing, values)
    wanted = request.args.get("as", "")
    if wanted in ("xlsx", "pdf"):
        return _exported(listing, _ordered(listing, query), wanted)
    page = _page(listing, query, values)
    if request.headers.get("HX-Target") == "list":
        template = "_parts/listing.html"
    return render_template(template, page=page, listing=listing, **context)


def _values(listing: Listing, args: MultiDict[str, str]) -> dict[str, str]:
    found = {entry.name: args.get(entry.name, "").strip() for entry in listing.filters}
    return {name: value for name, value in found.items() if value}


def _filtered(listing: Listing, values: dict[str, str]) -> Select[*tuple[Any, ...]]:
    query = listing.query
    for entry in listing.filters:
        value = values.get(entry.name, "")
        if value and (not entry.choices or value in dict(entry.choices)):
            query = query.where(entry.condition(value))
    return query


def _ordered(listing: Listing, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    sort = request.args.get("sort", "")
    for column in listing.columns:
        if column.name == sort.removeprefix("-") and column.order is not None:
            turn = desc if sort.startswith("-") else asc
            return query.order_by(turn(column.order).nulls_last(), *listing.order)
    return query.order_by(*listing.order)


def _page(listing: Listing, query: Select[*tuple[Any, ...]], values: dict[str, str]) -> Page:
    count, totals = _summary(listing, query)
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    rows = session().execute(_ordered(listing, query).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    return Page(
        listing=listing,
        rows=rows,
        count=count,
        totals=totals,
        number=number,
        values=values,
        sort=request.args.get("sort", ""),
        may_export=_may_export(listing),
    )


def _summary(listing: Listing, query: Select[*tuple[Any, ...]]) -> tuple[int, dict[str, Any]]:
    """Count and sums over everything the filters leave, in one query."""
    whole = query.subquery()
    summed = [column.total for column in listing.columns if column.total]
    row = (
        session().execute(select(func.count(), *(func.sum(whole.c[name]) for name in summed)).select_from(whole)).one()
    )
    return row[0], dict(zip(summed, row[1:], strict=True))


def _may_export(listing: Listing) -> bool:
    return not listing.export_permission or listing.export_permission in g.actor.permissions


def _exported(listing: Listing, query: Select[*tuple[Any, ...]], wanted: str) -> ResponseReturnValue:
    if not _may_export(listing):
        abort(403)
    rows = session().execute(query.limit(EXPORT_LIMIT).execution_options(yield_per=1000))
    cells: Iterator[list[Any]] = ([column.value(row) for column in listing.columns] for row in rows)
    headings, kinds = (
        [str(column.title) for column in listing.columns],
        [column.excel_kind for column in listing.columns],
    )
    if wanted == "xlsx":
        book = excel.workbook(str(listing.title), headings, kinds, cells)
        return attachment(book, f"{listing.title}.xlsx", excel.MEDIA_TYPE)
    printed = list(islice(cells, PRINT_LIMIT + 1))
    if len(printed) > PRINT_LIMIT:
        raise DomainError(
            _(
                "A print takes %(most)d lines at most. Narrow the list by a filter, or export it to Excel.",
                most=PRINT_LIMIT,
            )
        )
    paper = pdf.document(
        "list.html",
        title=listing.title,
        headings=headings,
        kinds=kinds,
        rows=printed,
        printed_on=today(current_app.config["SETTINGS"].timezone),
    )
    return attachment(paper, f"{listing.title}.pdf", "application/pdf", inline=True)
