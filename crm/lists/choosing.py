"""A filter for a column whose values are told by a table of titles."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from crm.lists.description import Filter, Text

Kind = TypeVar("Kind", bound=StrEnum)


def choice_filter(name: str, title: Text, column: Any, titles: Mapping[Kind, Text]) -> Filter:
    """Offers the titles in their order; the query bar lets no other value through."""
    values = {each.value: each for each in titles}
    return Filter(
        name=name,
        title=title,
        condition=lambda value: column == values[value],
        choices=[(each.value, words) for each, words in titles.items()],
    )
