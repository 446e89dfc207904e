"""What happened to accounts."""

from __future__ import annotations

from dataclasses import dataclass


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
