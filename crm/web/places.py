"""Where templates, translations and static files lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
STATIC = PACKAGE / "static"


def _place(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = _place("templates")
TRANSLATIONS = _place("translations")
