"""Reads a file: recognises it, has the child process parse it, turns its answer into sheets."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from crm.errors import Unreadable
from crm.workbooks.cells import Cell, CellFault, Sheet
from crm.workbooks.container import recognise
from crm.workbooks.parser import ROW_LIMIT

SECONDS = 90  # the child's own processor limit is lower; this one ends a child that hangs
DAY = len("2026-01-31")  # a moment is longer
PARSER = Path(__file__).with_name("parser.py")


def read(content: bytes, stem: str) -> list[Sheet]:
    """The sheets that hold anything. A .csv has one, named `stem`. Raises `Unreadable`."""
    answer = _parsed(recognise(content), content)
    if reason := answer.get("refused"):
        raise Unreadable(_reason(reason))
    sheets = [_sheet(entry["name"] or stem, entry["rows"]) for entry in answer["sheets"]]
    filled = [sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)]
    if not filled:
        raise Unreadable(_("The file holds no data."))
    return filled


def _sheet(name: str, rows: list[list[str | None]]) -> Sheet:
    return Sheet(name, [[_cell(cell) for cell in row] for row in rows])


def _parsed(form: str, content: bytes) -> dict[str, Any]:
    """`-I`: the child takes nothing from its folder or the environment."""
    command = [sys.executable, "-I", str(PARSER), form]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False, env={})
    except subprocess.TimeoutExpired:
        return {"refused": "time"}
    if done.returncode:
        return {"refused": "size" if done.returncode < 0 else "damaged"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _reason(word: str) -> str:
    match word:
        case "rows":
            return str(_("A sheet has more than %(count)s rows; split the file.", count=ROW_LIMIT))
        case "size":
            return str(_("The workbook needs too much memory. Delete empty rows, columns and pictures, or split it."))
        case "time":
            return str(_("Reading the workbook takes too long. Split it."))
        case "encoding":
            return str(_("The text of the file is neither UTF-8 nor GB18030. Save it as .xlsx and send that."))
        case "password":
            return str(_("The file is protected by a password. Remove the password in Excel and send it again."))
        case _:
            return str(_("The file is damaged or was cut off. Save it again in Excel and send that."))


def _cell(encoded: str | None) -> Cell:
    if encoded is None:
        return None
    kind, text = encoded[0], encoded[1:]
    match kind:
        case "n":
            return Decimal(text) if text not in ("nan", "inf", "-inf") else CellFault(text)
        case "d":
            return date.fromisoformat(text) if len(text) == DAY else datetime.fromisoformat(text)
        case "b":
            return text == "1"
        case "e":
            return CellFault(text)
        case _:
            return text
