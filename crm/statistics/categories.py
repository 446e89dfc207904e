"""What came in by category, in the months that are compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.statistics.asked import Asked
from crm.web.figures import Table


def by_category(
    asked: Asked,
    title: str,
    names: Mapping[Any, str],
    count: Callable[[date, Any], int],
    keys: Collection[Any],
    meaning: tuple[Any, Any],
) -> Table:
    """The most frequent first; `count(month, key)`, `meaning` as the package's own figures have it."""
    rows: list[tuple[Any, ...]] = [(names[key], *(count(month, key) for month in asked.compared)) for key in keys]
    rows = sorted((row for row in rows if any(row[1:])), key=lambda row: (-row[1], row[0]))
    return Table(
        key="categories",
        title=title,
        headings=(_("Category"), *(f"{month:%Y-%m}" for month in asked.compared)),
        kinds=("text", "number", "number", "number"),
        rows=rows,
        foot=(_("Total"), *(sum(row[place] for row in rows) for place in (1, 2, 3))),
        meanings=[(str(meaning[0]), str(meaning[1]))],
    )
