"""Placeholders in texts that somebody writes: only listed ones are replaced, once, as text; nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from flask_babel import gettext as _

NAMED = re.compile(r"\{([a-z_]+)\}")
BRACED = re.compile(r"\{([^{}]*)\}")


def filled(text: str, values: Mapping[str, str], placeholders: Collection[str]) -> str:
    """The text with its placeholders replaced; what a value holds is not looked at again."""
    return NAMED.sub(lambda found: values[found[1]] if found[1] in placeholders else found[0], text)


def fault_of(text: str, placeholders: Collection[str]) -> str:
    """Why somebody's text cannot be used, or ""."""
    unknown = next((name for name in BRACED.findall(text) if name not in placeholders), None)
    if unknown is not None:
        known = "、".join(f"{{{name}}}" for name in placeholders)
        return _("There is no placeholder {%(name)s}. These are known: %(known)s", name=unknown, known=known)
    if re.search(r"[{}]", BRACED.sub("", text)):
        return _("A brace stands alone. A placeholder is written as in {name}.")
    return ""


def misspelt(text: str, placeholders: Collection[str]) -> str:
    """As `fault_of`, of a text that goes out as it stands: only what looks like a placeholder is looked at."""
    unknown = next((name for name in NAMED.findall(text) if name not in placeholders), None)
    return fault_of(f"{{{unknown}}}", placeholders) if unknown is not None else ""


def in_paragraphs(text: str) -> list[str]:
    """What an empty line divides."""
    return [part.strip() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
