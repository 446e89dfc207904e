"""Which dossiers are drawn: by a seed, so that anybody can draw the same ones again. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LARGEST_SEED = 2**31


def drawn(ids: Sequence[int], size: int, seed: int) -> list[int]:
    """`size` of the dossiers, all where there are fewer, in the order of their drawing; each as likely as any other.

    The order of `ids` does not matter, and neither does what a language's own dice may do one day: those come first
    whose hash with the seed is smallest.
    """
    return sorted(set(ids), key=lambda each: (sha256(f"{seed}:{each}".encode()).digest(), each))[:size]


def usual_size(count: int, per_cent: int, least: int, most: int) -> int:
    """So many of a hundred, rounded up, within what is sensible to count and what there is."""
    return min(count, max(least, min(most, -(-count * per_cent // 100))))
