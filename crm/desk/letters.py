"""Text as it is compared: compatibility forms, lower case, and nothing but letters and digits."""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def fold(text: str) -> str:
    """NFKC, lower case, without spaces, dots and brackets: 兰州（ＡＢ）·公司 is 兰州ab公司."""
    return "".join(map(_unfolded, text))


def placed_letters(text: str) -> list[tuple[str, int]]:
    """(folded letter, place of its origin in `text`); one character may unfold into several letters."""
    return [(letter, place) for place, char in enumerate(text) for letter in _unfolded(char)]


@lru_cache(maxsize=8192)
def _unfolded(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char).lower()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LNM")
