"""What packages above the archive show at the head of a dossier's page; `crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.archive.dossiers.models import Dossier

head: list[Callable[[Dossier], tuple[str, Any] | None]] = []  # (template, what it draws as `part`), or nothing


def head_of(dossier: Dossier) -> list[tuple[str, Any]]:
    return [part for find in head if (part := find(dossier)) is not None]
