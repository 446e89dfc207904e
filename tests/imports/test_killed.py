"""A process killed in the middle of an import leaves nothing half done, and the next one takes everything."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

CRM = str(Path(sys.executable).parent / "crm")
ROWS = 3000
Command = Callable[..., subprocess.CompletedProcess[str]]


def workbook(path: Path) -> Path:
    """One row per unit with its owner, in 30 buildings."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("资产信息")
        sheet.write_row(0, 0, ["楼号", "单元", "房间", "楼层", "建筑面积", "业主名称", "手机号", "业主类型"])
        for row in range(ROWS):
            place = [str(row // 100 + 1), "1", f"{row % 100 // 4 + 1}{row % 4 + 1:02d}", str(row % 100 // 4 + 1)]
            sheet.write_row(row + 1, 0, [*place, 88.5, f"王{row:04d}", f"1390{row:07d}", "1001"])
    return path


def test_kill_at_any_moment(crm: Command, fresh_database: dict[str, str], tmp_path: Path) -> None:
    crm("init")
    file = workbook(tmp_path / "killed.xlsx")
    dice = random.Random(7)
    killed = 0
    for _ in range(6):
        process = subprocess.Popen(
            [CRM, "import", str(file), "--json"],
            env=fresh_database,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(dice.uniform(0.6, 2.2))
        killed += process.poll() is None
        process.kill()
        process.wait()
        if process.returncode == 0:
            break
        assert json.loads(crm("search", "王0001", "--json").stdout) == []
        assert crm("audit", "verify").returncode == 0
    assert killed > 0
    done = json.loads(crm("import", str(file), "--json", check=False).stdout)
    again = json.loads(crm("import", str(file), "--json", check=False).stdout)
    assert done["refused"] == []
    assert done["created"].get("unit", ROWS) == again["unchanged"]["unit"] == ROWS
    assert again["created"] == {}
    assert crm("audit", "verify").returncode == 0
