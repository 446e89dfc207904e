"""Photographs and papers that go with what is done with a deposit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.files import store

PURPOSE = "deposit"  # in the store; fetched from the act they belong to


def kept(files: Iterable[Any], estate_id: int) -> list[int]:
    """The ids of the photographs in the store; raises `DomainError` for what is no readable file."""
    return [
        store.keep(file.read(), file.filename, purpose=PURPOSE, estate_id=estate_id).id
        for file in files or ()
        if file and file.filename
    ]
