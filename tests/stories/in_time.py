"""The product at a moment that a test tells: `python -m tests.stories.in_time CLOCK serve PORT`, or `… CLOCK COMMAND`.

CLOCK is a file with the moment; it goes on from there as real time does since the file was written. The served product
works off background jobs before it answers whoever asked for them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import waitress
from flask import Flask

from crm.app import create_app
from crm.cli import main as command
from crm.dates import telling
from crm.jobs.runner import run_all
from crm.late import load_all


def tell(clock: Path, moment: datetime) -> None:
    clock.write_text(moment.isoformat())


def moment_of(clock: Path) -> datetime:
    passed = datetime.now(UTC) - datetime.fromtimestamp(clock.stat().st_mtime, UTC)
    return datetime.fromisoformat(clock.read_text()) + passed


class InTime:
    """Every request is answered at the moment told."""

    def __init__(self, app: Flask, clock: Path) -> None:
        self.app, self.clock = app, clock

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with telling(moment_of(self.clock)):
            answer = self.app(environ, start_response)
            if environ["REQUEST_METHOD"] == "POST":
                run_all(self.app)
        return answer


def serve(clock: Path, port: int) -> None:
    load_all()
    waitress.serve(InTime(create_app(), clock), host="127.0.0.1", port=port, threads=4, _quiet=True)


def main(clock: Path, wanted: str, *arguments: str) -> None:
    if wanted == "serve":
        serve(clock, *map(int, arguments))
    else:
        with telling(moment_of(clock)):
            command([wanted, *arguments], prog_name="crm")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
