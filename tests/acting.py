"""Acting as somebody of the cast, inside a unit of work of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import g
from sqlalchemy.orm import Session

from crm.auth.actor import Actor, permissions_of, system_actor
from crm.auth.permissions import RoleName
from crm.db import unit_of_work
from crm.demo.cast import CAST
from tests.repairs.making import user_called


@contextmanager
def working(actor: Actor | None = None) -> Iterator[Session]:
    """A unit of work of a process of its own, in an application's context."""
    g.actor, g.request_id = actor or system_actor("racing"), ""
    with unit_of_work() as db:
        yield db


def as_(username: str) -> Actor:
    """Sees every estate."""
    member = next(each for each in CAST if each.username == username)
    roles = tuple(RoleName(role) for role in member.roles)
    user = user_called(username)
    return Actor(
        name=user.full_name,
        user_id=user.id,
        department_id=user.department_id,
        permissions=permissions_of(roles),
        roles=roles,
    )
