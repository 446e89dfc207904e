"""The page of the store says in words what an upload was brought for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import crm
from crm.admin.files import PURPOSES
from crm.imports.histories.taking import TakingOver

ROOT = Path(crm.__file__).parent
KEEPING = {"keep", "keep_picture", "keep_proof", "keep_photo", "kept"}


def purposes() -> Iterator[Any]:
    """Every text by which something is kept in the store: written there, or a name of its module."""
    for path in ROOT.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call) or _name(call.func) not in KEEPING or "demo" in module:
                continue
            named = [each.value for each in call.keywords if each.arg == "purpose"]
            yield from (each.value for each in named if isinstance(each, ast.Constant))
            constants = [each.id for each in (*call.args, *named) if isinstance(each, ast.Name) and each.id.isupper()]
            yield from (getattr(import_module(module), each) for each in constants)


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def test_whatever_something_is_brought_for_has_a_title(app: object) -> None:
    histories = {each.kind.__tablename__ for each in TakingOver.__subclasses__()}
    found = {each for each in purposes() if isinstance(each, str)} | histories
    assert {"title_voucher", "title_incident", "signature", "dossier"} <= found
    assert found - set(PURPOSES) == set()
