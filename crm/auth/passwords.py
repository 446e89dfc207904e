"""Passwords: argon2id, 64 MiB, three passes, four lanes; what a new one must have."""

from __future__ import annotations

import hashlib

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext as _

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
SHORTEST, LONGEST = 12, 128
# Tried when the account does not exist, so that an answer takes as long as for a real one.
NOBODY = HASHER.hash("nobody's password")


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def fault_of(password: str, username: str) -> str:
    """Why a new password cannot be taken, or ""; length before rules, as NIST and ASVS have it."""
    if not SHORTEST <= len(password) <= LONGEST:
        return _("Use between %(least)d and %(most)d characters.", least=SHORTEST, most=LONGEST)
    if username.lower() in password.lower():
        return _("The password must not contain the user name.")
    if len(set(password)) < 5:
        return _("Use at least five different characters.")
    return ""


def token_hash(token: str) -> str:
    """Sessions are looked up by this; a stolen database opens none."""
    return hashlib.sha256(token.encode()).hexdigest()
