"""Whether two names may be one, written twice: one character off, or said the same. Pure functions."""

from __future__ import annotations

from functools import lru_cache

from crm.late import late

_pypinyin = late("pypinyin")
SHORTEST = 3  # characters: of two-character names one is the family's, and a family shares its telephone


def alike(one: str, other: str) -> bool:
    """For names that differ; spaces and capitals do not count."""
    one, other = _plain(one), _plain(other)
    return one == other or said_alike(one, other) or (max(len(one), len(other)) >= SHORTEST and one_off(one, other))


def said_alike(one: str, other: str) -> bool:
    """The same syllables, in some reading of each character: 章伟 and 张伟."""
    return len(one) == len(other) and all(_readings(a) & _readings(b) for a, b in zip(one, other, strict=True))


def one_off(one: str, other: str) -> bool:
    """One character more, less or another; decided from both ends, in the time of one reading."""
    if abs(len(one) - len(other)) > 1:
        return False
    shorter = min(len(one), len(other))
    front = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    back = next((place for place in range(shorter - front) if one[-1 - place] != other[-1 - place]), shorter - front)
    return max(len(one), len(other)) - front - back == 1


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


@lru_cache(maxsize=20_000)
def _readings(character: str) -> frozenset[str]:
    return frozenset(_pypinyin.pinyin(character, style=_pypinyin.Style.NORMAL, heteronym=True)[0])
