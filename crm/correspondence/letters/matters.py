"""What letters are about in packages above this one; `crm.wiring` fills it in, by the kind's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.correspondence.letters.models import Letter
from crm.properties.parts import Part


@dataclass(frozen=True, slots=True)
class Matter:
    """How it is called, and its page."""

    text: str
    address: str


sources: dict[str, Callable[[int], Matter | None]] = {}  # None: nothing the acting person may see
papers: dict[str, Callable[[Letter, Sequence[Any]], bytes]] = {}  # the letter and what proves that it arrived
letter_parts: list[Part] = []  # sections of a letter's page


def matter_of(letter: Letter) -> Matter | None:
    """For whoever may see it."""
    if letter.about_id is None or letter.about_kind not in sources:
        return None
    return sources[letter.about_kind](letter.about_id)
