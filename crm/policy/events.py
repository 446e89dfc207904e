"""What happened to figures and dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSet:
    figure_value_id: int
    key: str
    changes: dict[str, list[Any]]  # field -> [old, new]; old is what held on the day the new one begins
    valid_from: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryEntryAdded:
    dictionary_entry_id: int
    dictionary: str
    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryEntryChanged:
    dictionary_entry_id: int
    dictionary: str
    code: str
    changes: dict[str, list[Any]]
