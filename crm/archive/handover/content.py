"""What a list says, as it is frozen and hashed: the same content always gives the same hash. Pure functions.

The hash is the SHA-256 of canonical JSON (sorted keys, no blanks, UTF-8). A line's own hash leaves out code and page
range: both move when a line is put in before it, though the paper in hand stayed the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

SHIFTING = frozenset({"code", "page_from", "page_to"})
SHORT = 12  # hexadecimal digits of a hash that stand on paper


def canonical(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(content: Any) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def line_hash(line: Mapping[str, Any]) -> str:
    return content_hash({name: value for name, value in line.items() if name not in SHIFTING})


def lines(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every line of the list, section by section."""
    for section in content["sections"]:
        yield from section["items"]


def short(digest: str) -> str:
    return digest[:SHORT]
