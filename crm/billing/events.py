"""What was found out about the books as a whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksProved:
    """`faults`: how many of `checked` found something wrong."""

    checked: list[str]
    faults: int
