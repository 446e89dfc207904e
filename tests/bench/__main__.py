# ruff: noqa: T201
"""Every figure of engineering.md that can be measured today, beside its target.

    python -m tests.bench [--units N | --people N] [--engine sqlite|postgresql] [--only WORD] [--json]

A figure prints; it never fails. The installation is made anew in a temporary folder and thrown away. What is slow
(`search: missed`, the archive's, the hand-overs', the billing run's, the counter's, the arrears review's, its letters',
the repairs', the cases', the filing review) runs only when `--only` names it.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator

from tests.bench import (
    archive,
    arrears,
    billing,
    bulk,
    cases,
    counter,
    handover,
    letters,
    notices,
    pages,
    repairs,
    review,
    search,
)
from tests.bench.figure import Figure, Reading
from tests.bench.installation import Installation, installation

PARTS = (bulk, search, pages, archive, handover, billing, counter, arrears, letters, repairs, cases, notices, review)
FIGURES: tuple[Figure, ...] = tuple(figure for part in PARTS for figure in part.FIGURES)
WORDS = {True: "yes", False: "NO", None: ""}


def main(arguments: list[str] | None = None) -> None:
    asked = _parser().parse_args(arguments)
    chosen = [figure for figure in FIGURES if (asked.only in figure.name if asked.only else not figure.slow)]
    how = {"rows": asked.rows, "asks": asked.asks, "charged": asked.charged}
    with installation(asked.engine, asked.units, asked.months, asked.people, **how) as bench:
        if not asked.json:
            print(f"{bench.engine}, {bench.size}, built in {bench.built:.1f} s at {bench.peak:.0f} MB")
            print(f"{'':<44}{'value':>10}{'target':>9}  {'reached':<8}{'× plain':>8}  {'load':>5}")
        for figure in chosen:
            print(json.dumps(_told(figure, bench), ensure_ascii=False) if asked.json else _table(figure, bench))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__, add_help=True)
    parser.add_argument("--units", type=int, default=5_000, help="of the demo company")
    parser.add_argument("--months", type=int, default=24, help="of history")
    parser.add_argument("--people", type=int, default=0, help="instead: so many customers with a unit each")
    parser.add_argument("--rows", type=int, default=bulk.ROWS, help="of the imported workbook")
    parser.add_argument("--asks", type=int, default=200, help="of each kind of query, of each kind of object")
    parser.add_argument("--charged", type=int, default=100_000, help="units of the estate that is billed")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", default="", help="figures whose name holds this")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each figure")
    return parser


def _readings(figure: Figure, bench: Installation) -> Iterator[tuple[Reading, float]]:
    """Each with the machine's load just then."""
    for reading in figure.measure(bench):
        yield reading, os.getloadavg()[0]


def _told(figure: Figure, bench: Installation) -> dict[str, object]:
    readings = [
        {
            "name": reading.name,
            "value": round(reading.value, 3),
            "ratio": reading.ratio and round(reading.ratio, 2),
            "reached": figure.reached(reading),
            "note": reading.note,
            "load": load,
        }
        for reading, load in _readings(figure, bench)
    ]
    return {
        "figure": figure.name,
        "unit": figure.unit,
        "target": figure.target,
        "engine": bench.engine,
        "readings": readings,
    }


def _table(figure: Figure, bench: Installation) -> str:
    lines = [f"{figure.name}, {figure.unit}"]
    for reading, load in _readings(figure, bench):
        ratio = f"{reading.ratio:.1f}" if reading.ratio else ""
        target = "" if figure.target is None else f"{figure.target:g}"
        line = f"  {reading.name:<42}{reading.value:>10.1f}{target:>9}  {WORDS[figure.reached(reading)]:<8}{ratio:>8}"
        lines.append(f"{line}  {load:>5.1f}  {reading.note}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
