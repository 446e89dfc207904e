"""`python -m tests.clock.told FOLDER schedule`, or `… FOLDER serve --port N`: clocks that go by a told time.

The time is what `FOLDER/now` says. The tasks are the tests': each writes a line into `FOLDER/done`, after it has waited
to be killed, when it is the first to find `FOLDER/trap`.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from flask_babel import lazy_gettext

from crm import dates, schedule
from crm.cli import main
from crm.clock.tasks import Task
from crm.dates import utc_now

MINUTE = timedelta(minutes=1)
COUNT = 10  # tasks


class Told:
    """In place of the moment that one thread tells itself: all of the process goes by it."""

    def __init__(self, clock: Path) -> None:
        self.clock = clock

    def get(self) -> datetime:
        return datetime.fromisoformat(self.clock.read_text())


def tell(folder: Path, moment: datetime) -> None:
    """Whole at once: nobody reads half of it."""
    draft = folder / "draft"
    draft.write_text(moment.isoformat())
    draft.replace(folder / "now")


def task_of(folder: Path, number: int) -> Task:
    def work() -> None:
        walk_into_the_trap(folder)
        line = f"{number} {utc_now().replace(second=0).isoformat()}\n"
        with (folder / "done").open("a") as file:
            file.write(line)

    return Task(f"task {number}", lazy_gettext("Import"), MINUTE, work)


def walk_into_the_trap(folder: Path) -> None:
    caught = folder / f"caught-{os.getpid()}"
    try:
        (folder / "trap").rename(caught)
    except FileNotFoundError:
        return
    Event().wait()


if __name__ == "__main__":
    place = Path(sys.argv[1])
    dates._told = Told(place / "now")  # type: ignore[assignment]
    schedule.LOOK_EVERY = 0.15
    schedule.TASKS = tuple(task_of(place, number) for number in range(COUNT))
    main(sys.argv[2:], prog_name="crm")
