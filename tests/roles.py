"""Which roles walk through every page: each that differs; on PostgreSQL as many as hold every permission between them.

Who may open what is decided before any SQL, and the same on both engines; the SQL a page sends is the page's own.
"""

from __future__ import annotations

import os

from crm.auth.permissions import ROLES, Permission, RoleName

# What is shown depends on the permissions and nothing else.
ROLES_THAT_DIFFER = list({permissions: role for role, permissions in reversed(ROLES.items())}.values())


def walking(roles: list[RoleName], of: frozenset[Permission] = frozenset(Permission)) -> list[RoleName]:
    """`of`: the permissions that the walk is about."""
    return covering(roles, of) if os.environ.get("CRM_TEST_ENGINE") == "postgresql" else roles


def covering(roles: list[RoleName], of: frozenset[Permission] = frozenset(Permission)) -> list[RoleName]:
    """As few as hold every permission between them."""
    chosen: list[RoleName] = []
    missing = of & {permission for role in roles for permission in ROLES[role]}
    while missing:
        most = max(roles, key=lambda role: len(ROLES[role] & missing))
        chosen.append(most)
        missing -= ROLES[most]
    return chosen
