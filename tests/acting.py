"""Acting as somebody of the cast, inside a unit of work of the tests."""

from __future__ import annotations

from crm.auth.actor import Actor, permissions_of
from crm.auth.permissions import RoleName
from crm.demo.cast import CAST
from tests.repairs.making import user_called


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
