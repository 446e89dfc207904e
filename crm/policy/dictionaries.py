"""Dictionaries 字典: short lists of words a company changes, each declared by the package that uses it.

    CALL_REASONS = Dictionary(key="call.reason", title=_l("Reasons of a call"), defaults={"repair": _l("Repair")})
    CALL_REASONS.choices()

Rows keep codes. An entry never vanishes: it is taken out of use, and old rows stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g
from flask_babel import LazyString
from sqlalchemy import select

from crm.db import session
from crm.policy.models import DictionaryEntry as Kept

Text = str | LazyString
declared: dict[str, Dictionary] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    code: str
    title: str
    position: int
    active: bool = True
    version: int = 0  # 0: nobody changed it yet, it stands in code alone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dictionary:
    """Declared once at module level; the first part of `key` is the package. `defaults`: code -> title."""

    key: str
    title: Text
    defaults: Mapping[str, Text]

    def __post_init__(self) -> None:
        if self.key in declared:
            raise TypeError(f"the dictionary {self.key} is declared twice")
        declared[self.key] = self

    def entries(self) -> list[Entry]:
        """All of them in order, in use or not."""
        rows = _rows(self.key)
        untouched = [
            Entry(code=code, title=str(title), position=position)
            for position, (code, title) in enumerate(self.defaults.items())
            if code not in rows
        ]
        changed = [self._entry(row) for row in rows.values()]
        return sorted(untouched + changed, key=lambda entry: entry.position)

    def _entry(self, row: Any) -> Entry:
        return Entry(
            code=row.code,
            title=row.title or str(self.defaults.get(row.code, row.code)),
            position=row.position,
            active=row.active,
            version=row.version,
        )

    def get(self, code: str) -> Entry:
        """Raises `KeyError` when there is no such entry."""
        return {entry.code: entry for entry in self.entries()}[code]

    def choices(self, keep: str = "") -> list[tuple[str, str]]:
        """(code, title) of what is in use, in order; `keep` is offered as well, for what has it already."""
        return [(entry.code, entry.title) for entry in self.entries() if entry.active or entry.code == keep]

    def title_of(self, code: str) -> str:
        """A code nobody knows any more is shown as it is: an old row must stay readable."""
        return next((entry.title for entry in self.entries() if entry.code == code), code)


def get_dictionary(key: str) -> Dictionary:
    """Raises `KeyError` when nobody declared it."""
    return declared[key]


def find_row(dictionary: Dictionary, code: str) -> Kept | None:
    """The stored entry, to change it; None while it stands in code alone."""
    return session().scalars(select(Kept).filter_by(dictionary=dictionary.key, code=code)).one_or_none()


def keep(row: Kept) -> None:
    """Store an entry; what was read before is forgotten."""
    session().add(row)
    session().flush()
    g.pop("dictionary_entries", None)


def _rows(dictionary: str) -> dict[str, Any]:
    """The dictionary's rows by code; all dictionaries are read at once, once a request."""
    if "dictionary_entries" not in g:
        g.dictionary_entries = {}
        columns = Kept.dictionary, Kept.code, Kept.title, Kept.position, Kept.active, Kept.version
        for row in session().execute(select(*columns).order_by(Kept.position, Kept.id)):
            g.dictionary_entries.setdefault(row.dictionary, {})[row.code] = row
    found: dict[str, Any] = g.dictionary_entries.get(dictionary, {})
    return found
