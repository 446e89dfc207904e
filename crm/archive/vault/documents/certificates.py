"""A certificate's number as it is compared: however it was typed, the same number is the same text. Pure."""

from __future__ import annotations

import unicodedata

BRACKETS = str.maketrans("()[]{}〔〕【】〈〉", "（）" * 6)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))


def canonical(text: str) -> str:
    """Without blanks, in capitals, digits and letters of half width, every bracket the round one of full width, every
    dash the short one."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().translate(BRACKETS).translate(DASHES)
