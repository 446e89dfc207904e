"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and ten recovery codes beside it (decision 018)."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from flask import g
from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from crm.audit.log import record
from crm.auth.events import (
    RecoveryCodesMade,
    RecoveryCodeUsed,
    SecondFactorEnded,
    SecondFactorEnrolled,
    SecondFactorReset,
)
from crm.auth.figures import SECOND_FACTOR
from crm.auth.models import RecoveryCode, User
from crm.auth.permissions import RoleName
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError
from crm.secrecy import blind_index, seal, unseal

STEP = 30  # seconds a code lives
WINDOW = (0, -1, 1)  # steps: a telephone's clock is seldom right
DIGITS = re.compile(r"\d{6}")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread on paper
CODES, GROUPS, GROUP = 10, 3, 4  # recovery codes of 59 bits
ENROLMENT = timedelta(hours=12)  # how long a page with a secret may stay open

# Finance, archive and administration: they move money, keep the originals, run the house or read everything.
BOUND = frozenset(
    {
        RoleName.administrator,
        RoleName.cashier,
        RoleName.billing_supervisor,
        RoleName.arrears_reviewer,
        RoleName.archivist,
        RoleName.title_custodian,
        RoleName.deputy_general_manager,
        RoleName.general_manager,
        RoleName.chairman,
        RoleName.auditor,
    }
)


def is_required(roles: Collection[RoleName], day: date) -> bool:
    """Whether somebody with these roles has to have it; reads the figure only for those it may bind."""
    return not BOUND.isdisjoint(roles) and SECOND_FACTOR.on(day) == "required"


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, username: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Yihu")


def picture_of(address: str) -> str:
    """The QR code as the source of an image; dark on light in every theme, or cameras miss it."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step a code belongs to, one more or less than the present one at most; None when it is of none."""
    present = int(now.timestamp()) // STEP
    totp = pyotp.HOTP(secret)
    right = [step for step in (present + offset for offset in WINDOW) if hmac.compare_digest(totp.at(step), code)]
    return right[0] if right else None


def ticket_for(secret: str) -> str:
    """Carries a secret through the page that shows it, sealed for the session that asked."""
    return seal(f"{g.actor.session_id} {int(utc_now().timestamp())} {secret}").hex()


def secret_in(ticket: str) -> str:
    """ "" when the ticket is another session's, too old or no ticket."""
    try:
        session_id, made_at, secret = unseal(bytes.fromhex(ticket)).split(" ")
    except (ValueError, InvalidTag):
        return ""
    fresh = utc_now().timestamp() - int(made_at) < ENROLMENT.total_seconds()
    return secret if fresh and session_id == str(g.actor.session_id) else ""


def enrol(user: User, secret: str, code: str, now: datetime) -> list[str]:
    """Switch it on; the recovery codes, which nobody can show again. Raises `DomainError` for a wrong code."""
    if user.second_factor is not None:
        raise DomainError(_("The second factor is switched on already."))
    step = step_of(secret, compact(code), now)
    if step is None:
        raise DomainError(_("The code is wrong. Take the one the app shows now; the telephone's clock must be right."))
    user.second_factor, user.second_factor_since, user.second_factor_step = seal(secret), now, step
    record(SecondFactorEnrolled(user_id=user.id))
    return make_recovery_codes(user)


def make_recovery_codes(user: User) -> list[str]:
    """Ten fresh ones; the earlier ones are worth nothing from now on."""
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(CODES)]
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session().add_all(RecoveryCode(user_id=user.id, code_hash=_hash_of(user.id, code)) for code in codes)
    record(RecoveryCodesMade(user_id=user.id))
    return codes


def accept(user: User, text: str, now: datetime) -> bool:
    """Whether the code is right, of the app or for recovery; either works once, whoever else tries at the same time."""
    code = compact(text)
    if user.second_factor is None:
        return False
    if DIGITS.fullmatch(code):
        step = step_of(unseal(user.second_factor), code, now)
        return step is not None and _advance(user.id, step)
    return _use_recovery_code(user.id, code, now)


def switch_off(user: User) -> None:
    _clear(user)
    record(SecondFactorEnded(user_id=user.id))


def reset(user: User) -> None:
    """Somebody else takes it away, for a lost telephone."""
    _clear(user)
    record(SecondFactorReset(user_id=user.id, username=user.username))


def codes_left(user_id: int) -> int:
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session().scalar(unused) or 0


def is_recovery_code(text: str) -> bool:
    """Whether a right code was one for recovery; the app's have six digits."""
    return DIGITS.fullmatch(compact(text)) is None


def compact(text: str) -> str:
    """A code without the blanks and dashes people read it with."""
    return re.sub(r"[\s-]", "", text).lower()


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(GROUP))


def _hash_of(user_id: int, code: str) -> str:
    return blind_index(f"recovery {user_id} {compact(code)}")


def _clear(user: User) -> None:
    """The step stays: no code of the old secret could work, and none of a new one is older."""
    user.second_factor = user.second_factor_since = None
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _advance(user_id: int, step: int) -> bool:
    """Move the last step on; of two who bring the same code at once the database lets one."""
    older = User.id == user_id, User.second_factor.is_not(None), User.second_factor_step < step
    moved = session().execute(update(User).where(*older).values(second_factor_step=step).returning(User.id))
    return moved.one_or_none() is not None


def _use_recovery_code(user_id: int, code: str, now: datetime) -> bool:
    unused = (
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_hash == _hash_of(user_id, code),
        RecoveryCode.used_at.is_(None),
    )
    used = session().execute(update(RecoveryCode).where(*unused).values(used_at=now).returning(RecoveryCode.id))
    if used.one_or_none() is None:
        return False
    record(RecoveryCodeUsed(user_id=user_id, left=codes_left(user_id)))
    return True
