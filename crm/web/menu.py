"""The left menu: which pages there are, under which desk, for whom. `crm.wiring` lists them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import LazyString


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    title: LazyString
    endpoint: str
    icon: str
    permission: str
    group: LazyString | str = ""
    inner: tuple[str, ...] = ()  # the pages below this one

    @property
    def here(self) -> bool:
        """Whether the page shown is this item's or below it."""
        return request.endpoint == self.endpoint or request.endpoint in self.inner


def offered(items: Sequence[MenuItem], permissions: Collection[str]) -> list[MenuItem]:
    return [item for item in items if item.permission in permissions]
