"""A certificate's number as it is compared: however it was typed, the same number is the same text. Pure."""

from __future__ import annotations

import unicodedata

BRACKETS = str.maketrans("()", "（）")


def canonical(text: str) -> str:
    """Without blanks, in capitals, digits and letters of half width, brackets of full width as on the paper."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().translate(BRACKETS)
