"""Passwords: argon2id, 64 MiB, three passes, four lanes; what a new one must have under the policy in force.

Sources: OWASP ASVS 5 chapter 6 (length and known passwords instead of composition and expiry), and for `dengbao`
GB/T 22239-2019 8.1.4.1 身份鉴别 with the figures usual in its assessments.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from flask_babel import gettext as _

from crm.auth.figures import KNOWN_WORDS, today_of
from crm.auth.known_passwords import is_known
from crm.settings import PasswordPolicy

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
LONGEST = 128
DIFFERENT = 5  # characters
# Tried when the account does not exist, so that an answer takes as long as for a real one; of a forgotten random text.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$ufwSz72JtUl9+iz60X3dlw$P3jXoekOkqlhG63n7QiI0XMd5j98BoVGX8x4Ym/XvXs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    shortest: int
    kinds: int = 1  # of small letters, capitals, digits and signs
    lasts: timedelta | None = None
    remembered: int = 0  # earlier ones that do not come back


RULES = {
    PasswordPolicy.asvs: Rules(shortest=12),
    PasswordPolicy.dengbao: Rules(shortest=10, kinds=3, lasts=timedelta(days=90), remembered=5),
}


def rules() -> Rules:
    return RULES[current_app.config["SETTINGS"].password_policy]


def hint() -> str:
    """What a new password must have, for the person choosing one."""
    asked = rules()
    if asked.kinds == 1:
        return _("At least %(least)d characters; a sentence is easier to remember than signs.", least=asked.shortest)
    return _(
        "At least %(least)d characters, with three of these four: small letters, capitals, digits, signs. "
        "It lasts %(days)d days; none of the last %(count)d comes back.",
        least=asked.shortest,
        days=asked.lasts.days if asked.lasts else 0,
        count=asked.remembered,
    )


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def fault_of(password: str, username: str) -> str:
    """Why a new password cannot be taken, or ""."""
    asked = rules()
    if not asked.shortest <= len(password) <= LONGEST:
        return _("Use between %(least)d and %(most)d characters.", least=asked.shortest, most=LONGEST)
    if username.lower() in password.lower():
        return _("The password must not contain the user name.")
    if len(set(password)) < DIFFERENT:
        return _("Use at least five different characters.")
    if _kinds(password) < asked.kinds:
        return _("Use three of these four: small letters, capitals, digits, signs.")
    if is_known(password, today_of(KNOWN_WORDS).split()):
        return _("This is one of the passwords that are tried first. Take words that only you would put together.")
    return ""


def _kinds(password: str) -> int:
    tests = (str.islower, str.isupper, str.isdecimal, lambda sign: not sign.isalnum())
    return sum(any(test(sign) for sign in password) for test in tests)


def has_expired(changed_at: datetime, moment: datetime) -> bool:
    lasts = rules().lasts
    return lasts is not None and changed_at + lasts <= moment


def token_hash(token: str) -> str:
    """Sessions are looked up by this; a stolen database opens none."""
    return hashlib.sha256(token.encode()).hexdigest()
