"""What a package says about a list of its own: columns, filters, what can be done to many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from flask import g
from flask_babel import LazyString
from sqlalchemy import ColumnElement, Select, SQLColumnExpression

from crm.auth.permissions import Permission
from crm.web.forms import BaseForm

Text = str | LazyString


def _own(_row: Any) -> Any:
    """Stands for the row's own column of the name, until that is known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """`value` is what Excel and print get, the row's own column of that name unless another is given; `kind` one of
    excel.WIDTHS, or "badge" with `tone`.

    One that is not there `at_first` is shown to whoever chooses it.
    """

    name: str
    title: Text
    value: Callable[[Any], Any] = _own
    kind: str = "text"
    order: SQLColumnExpression[Any] | None = None
    link: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    total: str = ""  # the query's column to sum for the summary row
    at_first: bool = True

    def __post_init__(self) -> None:
        if self.value is _own:
            object.__setattr__(self, "value", attrgetter(self.name))

    @property
    def right(self) -> bool:
        return self.kind in ("number", "money", "area")

    @property
    def excel_kind(self) -> str:
        return "text" if self.kind == "badge" else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field of the query bar: free text, or a choice when `choices` are given; `hint` shows how it is written."""

    name: str
    title: Text
    condition: Callable[[str], ColumnElement[bool]]
    choices: Sequence[tuple[str, Text]] = ()
    hint: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an action would make of one row, in words; with a `hindrance` it does nothing and says why.

    An action that leaves the rows as they are says neither `old` nor `new`.
    """

    id: int
    label: str
    old: str = ""
    new: str = ""
    hindrance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """Done to many rows at once, after a preview; the list's query needs a column called `id`.

    `preview(ids, form)` gives the effect on each row, in the list's order or any other that stays the same; `apply`
    gets the ids that nothing hinders, within the same unit of work, and may give the address of what goes on from
    there. `form` asks what the action needs to know.
    """

    name: str
    title: Text
    permission: Permission
    preview: Callable[[Sequence[int], Any], Sequence[Effect]]
    apply: Callable[[Sequence[int], Any], str | None]
    form: type[BaseForm] = BaseForm
    icon: str = "edit"


@dataclass(frozen=True, kw_only=True)
class Listing:
    """`counted`: the rows of `query` without what is joined for columns; a large list is counted with it while nothing
    is filtered, for SQLite looks up for each row even what no column of a count asks for.
    """

    title: Text
    query: Select[*tuple[Any, ...]]
    counted: Select[*tuple[Any, ...]] | None = None
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    order: Sequence[SQLColumnExpression[Any]] = ()
    export_permission: str = ""
    empty: Text = ""
    context: dict[str, Any] = field(default_factory=dict)
    actions: Sequence[BulkAction] = ()

    @property
    def may_export(self) -> bool:
        return not self.export_permission or self.export_permission in g.actor.permissions

    @property
    def offered_actions(self) -> list[BulkAction]:
        return [action for action in self.actions if g.actor.may(action.permission)]

    def cleaned(self, parameters: Any) -> dict[str, str]:
        """Those of an address's parameters that this list knows: filters with a value, and the order."""
        known = [*(entry.name for entry in self.filters), "sort"]
        found = {name: str(parameters.get(name, "")).strip() for name in known}
        return {name: value for name, value in found.items() if value}
