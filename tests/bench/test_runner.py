"""The runner runs: a handful of everything. What it prints is no test; how fast it is, least of all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import FIGURES

ROOT = Path(__file__).parents[2]
FEW = ("--units", "50", "--months", "0", "--rows", "20", "--asks", "1", "--json")
ENGINE = os.environ.get("CRM_TEST_ENGINE", "sqlite")
SLOW = [figure.name for figure in FIGURES if figure.slow]


def run(*arguments: str) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "tests.bench", *arguments, "--engine", ENGINE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.timeout(300)
@pytest.mark.skipif("CRM_TEST_BENCH" not in os.environ, reason="takes a minute and a half: set CRM_TEST_BENCH=1")
def test_every_figure_is_measured() -> None:
    told = run(*FEW)
    assert [figure["figure"] for figure in told] == [figure.name for figure in FIGURES if not figure.slow]
    assert all(figure["readings"] for figure in told)


@pytest.mark.timeout(300)
def test_nothing_is_missed_among_a_few_people() -> None:
    [told] = run("--people", "300", "--asks", "8", "--only", SLOW[0], "--json")
    assert {reading["name"]: reading["value"] for reading in told["readings"] if reading["value"]} == {}  # type: ignore[attr-defined]
