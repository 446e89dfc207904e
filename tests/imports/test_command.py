"""`crm import`: exit codes, JSON on standard output, messages on standard error, nothing half done after a kill."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forked
from tests.imports.workbooks import ESTATE, ROOMS, rooms

Crm = Callable[..., subprocess.CompletedProcess[str]]
ROWS = 1200  # a second's work or more


def test_exit_codes_and_json(crm: Crm, installation: dict[str, str], tmp_path: Path) -> None:
    clean = tmp_path / "某小区.xlsx"
    clean.write_bytes(rooms(["1", "1", "101", 90, "", "张三", "", "13907310001", "", ""]))
    dry = crm("import", str(clean), "--dry-run", "--json", check=False)
    assert (dry.returncode, json.loads(dry.stdout)["created"]["unit"]) == (0, 1)
    done = crm("import", str(clean), "--json", check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, json.loads(dry.stdout))
    assert json.loads(done.stdout)["estate"] == ["某小区"]
    for path in (ESTATE, ROOMS):
        first = crm("import", str(path), "--estate", "真小区", "--json", check=False)
        assert first.returncode == 1
        second = crm("import", str(path), "--estate", "真小区", "--json", check=False)
        assert json.loads(second.stdout)["created"] == json.loads(second.stdout)["updated"] == {}
    table = crm("import", str(ROOMS), check=False)
    assert (table.returncode, "资产信息" in table.stdout) == (1, True)
    assert json.loads(crm("audit", "verify", "--json").stdout)


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.4", b"PK\x03\x04 cut off"])
def test_what_cannot_be_read_is_one_sentence(
    crm: Crm, installation: dict[str, str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.xlsx"
    if content is not None:
        path.write_bytes(content)
    done = crm("import", str(path), "--json", check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_a_kill_in_the_middle_leaves_nothing(
    crm: Crm, commands: forked.Server, installation: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "大.xlsx"
    rows = (["1", "1", str(number), 90, "", f"客户{number}", "", "", "", ""] for number in range(ROWS))
    path.write_bytes(rooms(*rows))
    for wait in (0.15, 0.3, 0.5):
        child = commands.start(["import", str(path)], installation)
        time.sleep(wait)
        assert child.poll() is None, "it was over before the kill: it needs more rows"
        child.kill()
        child.wait()
    result = json.loads(crm("import", str(path), "--json", check=False).stdout)
    assert result["created"].get("unit", 0) in (0, ROWS)
    assert result["created"].get("unit", 0) + result["unchanged"].get("unit", 0) == ROWS
    assert json.loads(crm("search", f"客户{ROWS - 1}", "--json").stdout)[0]["title"] == f"客户{ROWS - 1}"
    assert json.loads(crm("audit", "verify", "--json").stdout)["sound"]
