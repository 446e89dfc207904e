"""`crm workday add`: the day, JSON, and bad input as one sentence with exit code 2."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask, g

from crm.auth.actor import system_actor
from crm.worktime.command import workday_command

Crm = Callable[..., subprocess.CompletedProcess[str]]


def test_the_process_reckons_and_refuses(crm: Crm, installation: dict[str, str]) -> None:
    assert json.loads(crm("workday", "add", "2026-02-13", "3", "--json").stdout) == {
        "date": "2026-02-25",
        "provisional": False,
    }
    refused = crm("workday", "add", "2026-02-30", "3", "--json", check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.splitlines() == ["Error: “2026-02-30”不是日期，请写成 2026-11-23 或 11-23 这样。"]


@pytest.fixture
def add(app: Flask, db: Any) -> Callable[..., Any]:
    """The command inside this process."""

    def run(*arguments: str) -> Any:
        with app.app_context():
            g.actor = system_actor("tests")
            return CliRunner().invoke(workday_command, ["add", *arguments], obj=app)

    return run


@pytest.mark.parametrize(
    ("day", "days", "due", "provisional"),
    [
        ("2026-02-25", "2", "2026-02-27", False),
        ("20260930", "3", "2026-10-10", False),
        ("2026-10-10", "2", "2026-10-13", False),
        ("2026年5月7日", "3", "2026-05-11", False),
        ("2026-05-11", "2", "2026-05-13", False),
        ("2026-12-28", "3", "2026-12-31", True),
    ],
)
def test_days_as_people_write_them(add: Any, day: str, days: str, due: str, *, provisional: bool) -> None:
    assert json.loads(add(day, days, "--json").stdout) == {"date": due, "provisional": provisional}
    assert add(day, days).stdout == (f"{due}（暂定）\n" if provisional else f"{due}\n")


@pytest.mark.parametrize(
    ("day", "days", "words"),
    [
        ("2026-02-30", "3", "不是日期"),
        ("下个月", "3", "不是日期"),
        ("2026-02-13", "0", "1 到 10000 的整数"),
        ("2026-02-13", "-3", "1 到 10000 的整数"),
        ("2026-02-13", "三", "1 到 10000 的整数"),
        ("2026-02-13", "1.5", "1 到 10000 的整数"),
        ("2026-02-13", "99999999999999999999", "1 到 10000 的整数"),
        ("9998-12-30", "10000", "超出了日历"),
    ],
)
def test_bad_input_is_one_sentence(add: Any, day: str, days: str, words: str) -> None:
    refused = add(day, days, "--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert words in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_missing_argument_is_a_wrong_call_too(add: Any) -> None:
    assert add("2026-02-13").exit_code == 2
