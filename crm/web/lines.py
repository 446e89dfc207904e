"""What is wrong with lines that were pasted from a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Fault:
    number: int
    text: str
    reason: str

    def __str__(self) -> str:
        return _("Line %(number)s (%(line)s): %(reason)s", number=self.number, line=self.text, reason=self.reason)


def shown(faults: list[Fault], most: int = 20) -> Iterator[str]:
    """The first ones in words, then how many more there are."""
    yield from map(str, faults[:most])
    if len(faults) > most:
        yield _("… and %(count)s more lines.", count=len(faults) - most)
