"""Lines that come out sorted, whatever their number: a table stores them several times faster and more densely in the
order of its key than as they come.

A few stay in memory. More go, in sorted runs cut at the same places, to a file without a name in the data folder;
afterwards one stretch after another, from all runs, is sorted in memory.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

RUN = 250_000  # lines in memory while they come
STRETCHES = 1024


class Spool:
    """`with Spool(folder) as spool: spool.add(lines) …; for line in spool.sorted(): …`."""

    def __init__(self, folder: Path, run: int = RUN) -> None:
        self._folder, self._longest = folder, run
        self._run: list[str] = []
        self._cuts: list[str] = []  # where a stretch begins, as the first run suggests
        self._blocks: list[list[tuple[int, int]]] = [[] for _ in range(STRETCHES)]  # of each stretch: place and length
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def add(self, lines: Iterable[str]) -> None:
        self._run.extend(lines)
        if len(self._run) >= self._longest:
            self._put_away()

    def sorted(self) -> Iterator[str]:
        if self._file is None:
            yield from sorted(self._run)
            return
        self._put_away()
        for blocks in self._blocks:
            yield from sorted(line for place, length in blocks for line in _read(self._file, place, length))

    def _put_away(self) -> None:
        file = self._file = self._file or TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed with the spool
        self._run.sort()
        self._cuts = self._cuts or [self._run[len(self._run) * each // STRETCHES] for each in range(1, STRETCHES)]
        start = 0
        for stretch, end in enumerate([*(bisect_left(self._run, cut) for cut in self._cuts), len(self._run)]):
            if start < end:
                self._blocks[stretch].append((file.tell(), file.write(marshal.dumps(self._run[start:end]))))
            start = end
        self._run = []


def _read(file: IO[bytes], place: int, length: int) -> list[str]:
    file.seek(place)
    lines: list[str] = marshal.loads(file.read(length))  # noqa: S302 - written by ourselves, nobody else can reach it
    return lines
