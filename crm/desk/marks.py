"""Which part of a shown text the query found: for highlighting in lists."""

from __future__ import annotations

import re
from itertools import groupby

from crm.desk.letters import fold, placed_letters
from crm.desk.pinyin import covered, sounds
from crm.desk.tokens import words_of
from crm.desk.units import normalise_unit
from crm.phones import domestic_digits


def mark(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether the query found it there; joined they are the text.

    A name by its fragment, numbers by their digits however spaced, units in any spelling, pinyin by the characters
    it spells.
    """
    letters = placed_letters(text)
    folded = "".join(letter for letter, _ in letters)
    found = {place for start, end in _found(text, folded, query) for _, place in letters[start:end]}
    if found:
        found |= _gaps(text, found, {place for _, place in letters})
    pieces = groupby(enumerate(text), key=lambda each: each[0] in found)
    return [("".join(char for _, char in piece), marked) for marked, piece in pieces]


def _gaps(text: str, found: set[int], lettered: set[int]) -> set[int]:
    """Spaces and dashes between two found letters belong to what was found."""
    runs = re.finditer(r"\W+", text)
    inside = (run for run in runs if {run.start() - 1, run.end()} <= found)
    return {place for run in inside for place in range(*run.span())} - lettered


def _found(text: str, folded: str, query: str) -> list[tuple[int, int]]:
    whole = _occurrences(text, folded, query)
    return whole or [span for word in words_of(query) for span in _occurrences(text, folded, word)]


def _occurrences(text: str, folded: str, word: str) -> list[tuple[int, int]]:
    """(start, end) in the folded text, by the first way of looking that finds any."""
    unit = normalise_unit(word) or ()
    if len(unit) > 1 and (spans := _unit_spans(text, unit)):
        return spans
    for fragment in dict.fromkeys((fold(word), domestic_digits(word))):
        if fragment and (spans := [found.span() for found in re.finditer(re.escape(fragment), folded)]):
            return spans
    return _spoken(folded, fold(word).replace("ü", "v"))


def _unit_spans(text: str, typed: tuple[str, ...]) -> list[tuple[int, int]]:
    """The parts of a label that were typed: all of them, its beginning, or its end with the entrance left out."""
    label = normalise_unit(text)
    if label is None:
        return []
    if "-".join(label).startswith("-".join(typed)):
        return [_part_span(text, label, part, shown) for part, shown in enumerate(typed)]
    if typed == label[-2:]:
        return [_part_span(text, label, len(label) - 2 + part, shown) for part, shown in enumerate(typed)]
    if label[-1].startswith(typed[-1]) and typed[:-1] == label[:1]:
        return [_part_span(text, label, 0, typed[0]), _part_span(text, label, len(label) - 1, typed[-1])]
    return []


def _part_span(text: str, label: tuple[str, ...], part: int, shown: str) -> tuple[int, int]:
    """Where the part stands in the folded text; `shown` is its beginning that was typed."""
    folded, start = fold(text), 0
    for before in label[:part]:
        start = folded.index(before, start) + len(before)
    start = folded.index(label[part], start) if label[part] in folded[start:] else start
    return start, start + len(shown)


def _spoken(folded: str, typed: str) -> list[tuple[int, int]]:
    if not re.fullmatch("[a-z0-9]*[a-z][a-z0-9]*", typed):
        return []
    heard = sounds(folded)
    spans = []
    for start in range(len(heard)):
        if pieces := covered(heard[start:], typed):
            last = heard[start + pieces - 1]
            spans.append((heard[start].start, last.start + len(last.written)))
    return spans
