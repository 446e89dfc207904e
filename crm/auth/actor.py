"""The one who acts: read by views, `record` and every scoped query through `g.actor`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from crm.auth.permissions import ROLES, Permission, RoleName


class Duty(StrEnum):
    """What somebody has to do before anything else."""

    change_password = "change_password"  # noqa: S105 - no password
    enrol = "enrol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    name: str
    permissions: frozenset[Permission]
    user_id: int | None = None  # None: a job or the command line
    department_id: int | None = None
    estate_ids: frozenset[int] | None = None  # None: every estate
    estate_id: int | None = None  # the one chosen in the top bar
    session_id: int | None = None
    roles: tuple[RoleName, ...] = ()
    theme: str = "system"
    locale: str = "zh_CN"
    confirmed_at: datetime | None = None  # when the password was last given in this session
    duty: Duty | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def sees(self, estate_id: int | None) -> bool:
        return self.estate_ids is None or estate_id in self.estate_ids


def within(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that keeps a query inside the acting person's estates."""
    ids = actor().estate_ids
    return true() if ids is None else column.in_(ids)


def actor() -> Actor:
    acting: Actor = g.actor
    return acting


def permissions_of(roles: Iterable[RoleName]) -> frozenset[Permission]:
    return frozenset().union(*(ROLES[role] for role in roles))


def system_actor(name: str) -> Actor:
    """A job or the command line acts with every permission, under its own name."""
    return Actor(name=name, permissions=frozenset(Permission))
