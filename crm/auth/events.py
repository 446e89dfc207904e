"""What happened to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    user_id: int
    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    user_id: int
    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAdded:
    user_id: int
    username: str
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged:
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordConfirmed:
    """The own password was given again in a session, for a marked action."""

    user_id: int
    session_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnrolled:
    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnded:
    """The user switched it off, with password and code."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset:
    """An administrator took it away, for a lost telephone."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodesMade:
    """The earlier ones are worth nothing from then on."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCodeUsed:
    user_id: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged:
    user_id: int
    changes: dict[str, list[Any]]  # field -> [old, new]; estates and departments by name, None is every estate


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesChanged:
    user_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserActivated:
    user_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeactivated:
    """The sessions ended with it."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """An administrator made a one-time password; the sessions ended with it."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """An administrator ended somebody's session."""

    user_id: int
    session_id: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded:
    user_id: int
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAdded:
    department_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRenamed:
    department_id: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRemoved:
    department_id: int
    name: str
