"""What the columns of a register may hold, and the headings companies write over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from flask_babel import LazyString

from crm.workbooks.headings import plain_heading


@dataclass(frozen=True, slots=True)
class Field:
    """`words`: headings without brackets, blanks and units."""

    name: str
    title: LazyString
    words: tuple[str, ...]


def field(name: str, title: LazyString, words: str) -> Field:
    return Field(name, title, tuple(words.split()))


@dataclass(frozen=True)
class Fields:
    """`keys`: without these a sheet is no such register; `marks`: those by which its row of headings is found; `sums`:
    the field whose heading may say that sums are ten thousands of yuan."""

    fields: Mapping[str, Field]
    keys: tuple[str, ...]
    marks: tuple[str, ...]
    sums: str = ""

    @cached_property
    def _words(self) -> dict[str, str]:
        return {word: each.name for each in self.fields.values() for word in each.words}

    def field_for(self, heading: str) -> str:
        """The field that a heading means, or ""."""
        return self._words.get(plain_heading(heading), "")
