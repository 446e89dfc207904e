"""A list: one query feeds the page, its Excel and its print; filters live in the address.

A view describes the list (columns, filters, query, what can be done to its rows) and returns `answer(listing)`. A list
with actions takes POST too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.db import session
from crm.lists import bulk, exports
from crm.lists.asking import PLACES, Asked, asked
from crm.lists.description import BulkAction, Column, Effect, Filter, Listing
from crm.lists.models import DENSITY_TITLES, PAGE_SIZES
from crm.lists.queries import KeptFilter, kept_filters

__all__ = ["BulkAction", "Column", "Effect", "Filter", "Listing", "answer"]

UNFILTERED = "none"  # the value of `saved` that holds one's own default off


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the template draws."""

    asked: Asked
    rows: Sequence[Any]
    count: int
    totals: dict[str, Any]
    number: int
    kept: Sequence[KeptFilter]
    default: KeptFilter | None
    densities = DENSITY_TITLES
    sizes = PAGE_SIZES

    @property
    def columns(self) -> Sequence[Column]:
        return self.asked.columns

    @cached_property
    def all_columns(self) -> list[tuple[Column, bool]]:
        """Every column with whether it is shown: the shown ones first, in their order."""
        shown = self.asked.columns
        hidden = [column for column in self.asked.listing.columns if column not in shown]
        return [*((column, True) for column in shown), *((column, False) for column in hidden)]

    @property
    def values(self) -> dict[str, str]:
        return self.asked.values

    @property
    def sort(self) -> str:
        return self.asked.sort

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.asked.layout.page_size))

    @property
    def filtered(self) -> bool:
        return bool(self.values)

    @property
    def may_export(self) -> bool:
        return self.asked.listing.may_export

    @property
    def may_share(self) -> bool:
        return bool(g.actor.may(Permission.list_share))

    @property
    def applied(self) -> KeptFilter | None:
        """The kept filter that says what the list shows now."""
        return next((kept for kept in self.kept if self.cleaned(kept) == self.asked.parameters), None)

    def cleaned(self, kept: KeptFilter) -> dict[str, str]:
        return self.asked.listing.cleaned(kept.parameters)

    def kept_address(self, kept: KeptFilter) -> str:
        own = {**(request.view_args or {}), **self.asked.extra}
        return url_for(str(request.endpoint), **{**own, **self.cleaned(kept)})

    @property
    def cleared(self) -> str:
        """Without filters, and without the default that would come back by itself."""
        nothing = dict.fromkeys([*self.values, *PLACES])
        return self.address(**nothing, saved=UNFILTERED if self.default else None)

    def without(self, name: str) -> str:
        """The first page without this filter."""
        return self.address(**dict.fromkeys([name, *PLACES]))

    def address(self, **changes: Any) -> str:
        """This list's address with some parameters changed; None takes one away."""
        args = {**request.args.to_dict(), **changes}
        given = {name: value for name, value in args.items() if value not in (None, "")}
        return url_for(str(request.endpoint), **{**(request.view_args or {}), **given})

    def sorted_by(self, column: Column) -> str:
        """The address sorted by this column; a second click turns the order round."""
        return self.address(sort=f"-{column.name}" if self.sort == column.name else column.name, page=None)


def answer(listing: Listing, template: str = "_layout/list.html", **context: Any) -> ResponseReturnValue:
    """The page, its part for htmx, the workbook (`as=xlsx`), the printed list (`as=pdf`), or a step of an action."""
    if "list_wanted" in g:
        g.list_wanted(listing)
        return ""
    question = asked(listing)
    if request.method == "POST":
        return bulk.answer(question)
    if request.args.get("as") in exports.AT_ONCE:
        return exports.answer(question, request.args["as"])
    kept = kept_filters(question.key)
    default = next((one for one in kept if one.id == question.layout.default_filter_id), None)
    if default and not request.args and (parameters := listing.cleaned(default.parameters)):
        return redirect(url_for(str(request.endpoint), **{**(request.view_args or {}), **parameters}))
    page = _page(question, kept, default)
    if request.headers.get("HX-Target") == "list":
        template = "_parts/listing.html"
    return render_template(template, page=page, listing=listing, **context)


def _page(question: Asked, kept: Sequence[KeptFilter], default: KeptFilter | None) -> Page:
    count, totals = question.summary()
    size = question.layout.page_size
    number = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-count // size)))
    rows = session().execute(question.query.limit(size).offset((number - 1) * size)).all()
    return Page(
        asked=question,
        rows=rows,
        count=count,
        totals=totals,
        number=number,
        kept=kept,
        default=default,
    )
