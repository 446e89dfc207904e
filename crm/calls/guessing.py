"""Which category is meant, from what the caller says: a proposal that whoever takes the call sees and changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

SAYS_MUCH, SAYS_SOMETHING = 3, 1


@dataclass(frozen=True, slots=True)
class Known:
    """A category of a tree: its id, its name, and the group it stands in."""

    id: int
    name: str
    group: str


class Category(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def parent(self) -> Category | None: ...


Branch = TypeVar("Branch", bound=Category)


def likely(text: str, tree: Sequence[Branch], said: Mapping[str, str]) -> list[Branch]:
    """Of the tree, with parents loaded, what the text means: the likeliest first."""
    by_id = {each.id: each for each in tree}
    known = [Known(each.id, each.name, each.parent.name if each.parent else "") for each in tree]
    return [by_id[key] for key in guess(text, known, said)] if text else []


def guess(text: str, known: Sequence[Known], said: Mapping[str, str], most: int = 5) -> list[int]:
    """The likeliest first; [] where nothing of the text is known. `said`: what people say -> the name they mean."""
    scores = {each.id: _score(text, each, said) for each in known}
    likely = sorted((key for key, score in scores.items() if score > 0), key=lambda key: -scores[key])
    return likely[:most]


def _score(text: str, known: Known, said: Mapping[str, str]) -> int:
    """Words that people say count most, the longer the more; then what the text shares with the names."""
    meant = sum(SAYS_MUCH * len(word) for word, name in said.items() if word in text and name == known.name)
    shared = len(_pairs(text) & (_pairs(known.name) | _pairs(known.group)))
    return meant + SAYS_SOMETHING * shared


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def says_any(text: str, words: Iterable[str]) -> bool:
    """Whether it sounds grave: whoever takes the call is asked to say so."""
    return any(word in text for word in words)
