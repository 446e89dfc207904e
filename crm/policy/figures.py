"""Figures 参数: numbers and choices the law or the company decides, each declared by the package that uses it.

    CONFIRMATION_MINUTES = Figure(
        key="auth.confirmation_minutes", title=_l("A password counts as given for"), unit=_l("minutes"),
        default=30, least=1, most=480,
    )
    CONFIRMATION_MINUTES.on(day)

The kind follows from the default: whole number, decimal, yes or no, text, or one of `choices`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, Protocol, TypeVar

from flask import g
from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import plain
from crm.db import session
from crm.errors import DomainError
from crm.policy.models import FigureValue

LONGEST_TEXT = 2000
Text = str | LazyString
Value = TypeVar("Value", bool, int, Decimal, str)
declared: dict[str, Figure[Any]] = {}


class Dated(Protocol):
    """A row of `FigureValue`, or anything with its day."""

    @property
    def valid_from(self) -> date: ...


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figure(Generic[Value]):
    """Declared once at module level; the first part of `key` is the package. `least` and `most` are inclusive.

    `or_nought`: 0 too, where it means something of its own.
    `source` is the law or clause the default comes from; `rule` says why a text cannot be the value, or "". Declaring a
    key twice raises.
    """

    key: str
    title: Text
    default: Value
    unit: Text = ""
    source: Text = ""
    least: int | Decimal | None = None
    or_nought: bool = False
    most: int | Decimal | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    rule: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        if self.key in declared:
            raise TypeError(f"the figure {self.key} is declared twice")
        declared[self.key] = self

    def on(self, day: date) -> Value:
        """The value in force on that day; asks the database once a request, inside a unit of work."""
        row = in_force(values_of(self.key), day)
        return self.default if row is None else self.restored(row.value)

    def restored(self, stored: Any) -> Value:
        """The value as the database's JSON kept it."""
        return type(self.default)(stored)

    def parsed(self, text: str) -> Value:
        """What somebody typed. Raises `DomainError` with what to type instead."""
        value = _parsed(self.default, text.strip())
        if fault := self.fault_of(value):
            raise DomainError(fault)
        return value

    def fault_of(self, value: Value) -> str:
        """Why the figure cannot have this value, or ""."""
        if self.choices:
            return "" if value in self.choices else _("Choose one of the list.")
        if isinstance(value, bool):
            return ""
        if isinstance(value, str):
            return self._fault_of_text(value)
        return self._fault_of_size(Decimal(value))

    def _fault_of_text(self, value: str) -> str:
        if len(value) > LONGEST_TEXT:
            return _("Write at most %(most)s characters.", most=LONGEST_TEXT)
        return self.rule(value) if self.rule else ""

    def _fault_of_size(self, value: Decimal) -> str:
        if not value.is_finite():
            return _("Write a number such as 0.5.")
        if self.or_nought and value == 0:
            return ""
        if self.least is not None and value < self.least:
            return _("The least is %(least)s.", least=self.least)
        if self.most is not None and value > self.most:
            return _("The most is %(most)s.", most=self.most)
        return ""

    def shown(self, value: Value) -> str:
        """In words, without the unit."""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return str(self.choices.get(str(value), value))


def _parsed(default: Value, text: str) -> Value:
    try:
        return type(default)(_read(default, text))
    except InvalidOperation as error:
        raise DomainError(_("Write a number such as 0.5.")) from error
    except ValueError as error:
        raise DomainError(_("Write a whole number such as 30.")) from error


def _read(default: object, text: str) -> bool | str:
    return text == "true" if isinstance(default, bool) else text


def get_figure(key: str) -> Figure[Any]:
    """Raises `KeyError` when nobody declared it."""
    return declared[key]


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """The row that holds on `day`: the latest that has begun, the later entered on equal days.

    `rows` stand in the order they were entered. None: the default holds.
    """
    begun = [row for row in rows if row.valid_from <= day]
    return max(reversed(begun), key=lambda row: row.valid_from, default=None)


def values_of(key: str) -> list[Any]:
    """The figure's rows in the order they were entered; all figures are read at once, once a request."""
    if "figure_values" not in g:
        columns = FigureValue.id, FigureValue.key, FigureValue.value, FigureValue.valid_from, FigureValue.confirmed
        g.figure_values = {}
        for row in session().execute(select(*columns).order_by(FigureValue.id)):
            g.figure_values.setdefault(row.key, []).append(row)
    found: list[Any] = g.figure_values.get(key, [])
    return found


def keep(row: FigureValue) -> None:
    """Store a value; what was read before is forgotten."""
    row.value = plain(row.value)
    session().add(row)
    session().flush()
    g.pop("figure_values", None)
