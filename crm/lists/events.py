"""What happened to lists: what left the house, and what is shown to others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExported:
    """`form` is xlsx or pdf; `filters` are the list's parameters as in its address."""

    list_key: str
    form: str
    filters: dict[str, str]
    columns: list[str]
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSaved:
    saved_filter_id: int
    list_key: str
    name: str
    query: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChanged:
    saved_filter_id: int
    list_key: str
    changes: dict[str, list[str | bool]]  # field -> [old, new]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterDeleted:
    saved_filter_id: int
    list_key: str
    name: str
