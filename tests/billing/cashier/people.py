"""Who acts in these tests, as actors of services."""

from __future__ import annotations

from crm.auth.actor import Actor, permissions_of
from crm.auth.permissions import RoleName
from tests.factories import user_called


def acting(username: str = "wudan", role: RoleName = RoleName.cashier) -> Actor:
    user = user_called(username)
    return Actor(name=user.full_name, permissions=permissions_of([role]), user_id=user.id, roles=(role,))


def supervisor() -> Actor:
    return acting("zhengkai", RoleName.billing_supervisor)
