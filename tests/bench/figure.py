"""What a figure is, and honest timing: warm-up, many rounds, median and 95 %."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bench.installation import Installation


WARM_UP, ROUNDS = 3, 3


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` in the figure's unit; `ratio` to plain SQL of the same run; `note` says what else was seen."""

    name: str
    value: float
    ratio: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`target`: the most that `value` may be, in `unit`; None where engineering.md names none.

    `measure` gives one reading, or several of one kind (each kind of search, each page).
    """

    name: str
    unit: str
    target: float | None
    measure: Callable[[Installation], Iterable[Reading]]
    most_ratio: float | None = None
    slow: bool = False  # only when it is asked for by name

    def reached(self, reading: Reading) -> bool | None:
        if self.target is None and self.most_ratio is None:
            return None
        ratio_kept = self.most_ratio is None or reading.ratio is None or reading.ratio <= self.most_ratio
        return ratio_kept and (self.target is None or reading.value <= self.target)


def timings(acts: Sequence[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each act: the least of several rounds over all of them, since others use the machine as well.

    The first few are tried once before; nothing is collected in between.
    """
    for act in acts[:WARM_UP]:
        act()
    with undisturbed():
        rounds = [[1000 * seconds(act) for act in acts] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


@contextmanager
def undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def p95(times: Sequence[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def spread(name: str, times: Sequence[float], ratio: float | None = None, note: str = "") -> Reading:
    """A reading of the 95 %, with the median as a note."""
    if not times:
        return Reading(name, 0, note="nothing of the kind is stored")
    return Reading(name, p95(times), ratio, f"median {statistics.median(times):.1f}{f', {note}' if note else ''}")
