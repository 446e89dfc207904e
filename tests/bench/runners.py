"""Runners beside the bench, as `crm serve` has them, how much they take, and what comes of a job."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from crm.files import store
from crm.files.models import Upload
from crm.jobs.models import Job, JobState
from tests.bench.installation import Installation

ROOT = "http://localhost:8000/"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds on the clock and of the processors: the second say more on a machine that others use as well."""

    pages: int
    took: float
    cpu: float

    @property
    def told(self) -> str:
        return f"{self.pages / self.took:.1f} pages a second, {self.pages / self.cpu:.1f} a second of a processor"


@dataclass(frozen=True, slots=True)
class Runner:
    """Looked at while it runs: the height the system tells at its end is that of the process it was forked from."""

    pid: int

    @property
    def height(self) -> float:
        """MB."""
        said = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in said if line.startswith("VmHWM")).split()[1]) / 1024

    @property
    def cpu(self) -> float:
        """Seconds of a processor until now."""
        said = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def runners(bench: Installation, count: int) -> Iterator[list[Runner]]:
    """However we end, they end with us."""
    command = [sys.executable, "-c", "from crm.cli import main; main()", "jobs", "run", "--leash"]
    started = [
        subprocess.Popen(command, env=bench.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for _each in range(count)
    ]
    try:
        yield [Runner(process.pid) for process in started]
    finally:
        for process in started:
            process.communicate()  # lets go of the leash


def wait(bench: Installation, job_id: int) -> None:
    while not job_of(bench, job_id).ended:
        time.sleep(0.1)
    assert job_of(bench, job_id).state is JobState.done, job_of(bench, job_id).error


def job_of(bench: Installation, job_id: int) -> Job:
    with bench.reading() as db:
        return db.get_one(Job, job_id, populate_existing=True)


def file_of(bench: Installation, job_id: int) -> bytes:
    upload_id = job_of(bench, job_id).upload_id
    with bench.reading() as db:
        return store.read(db.get_one(Upload, upload_id))


def pages_of(content: bytes) -> int:
    return len(PdfReader(BytesIO(content)).pages)
