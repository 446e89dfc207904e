"""Signing in, in one or two steps, and out; the own password; adding users."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app, g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth import limits, second_factor, sessions
from crm.auth.actor import Actor, Duty, permissions_of
from crm.auth.events import PasswordChanged, PasswordConfirmed, SignedIn, SignedOut, UserAdded
from crm.auth.models import LoginAttempt, LoginSession, PasswordHistory, User, UserEstate, UserRole
from crm.auth.passwords import NOBODY, fault_of, has_expired, hash_password, matches, rules, token_hash
from crm.auth.permissions import RoleName, not_together
from crm.auth.queries import earlier_passwords, find_credentials, find_session, find_user, get_user
from crm.dates import utc_now
from crm.db import session, unit_of_work
from crm.errors import DomainError

SEEN_EVERY = timedelta(minutes=1)
HALF_OPEN = timedelta(minutes=5)  # from the password to the code


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfOpen:
    """The password was right and the code is still to come: no session yet. Travels in the signed cookie.

    Worth nothing from another address, after five minutes, or once the password has changed.
    """

    user_id: int
    address: str
    at: int  # seconds since 1970
    mark: str  # of the password that was given

    def lives(self, address: str, now: datetime) -> bool:
        return self.address == address and now < datetime.fromtimestamp(self.at, now.tzinfo) + HALF_OPEN


def sign_in(username: str, password: str, address: str, agent: str) -> str | HalfOpen:
    """The new session's token, or what waits for the code. Raises `DomainError` with one text for a wrong name and
    a wrong password.

    Opens units of work of its own: the try is counted whatever happens next, and no lock is held while the
    password is hashed.
    """
    now = utc_now()
    _take_try(limits.take_login_tokens, username, address, now)
    with unit_of_work(writes=False):
        user = find_credentials(username)
    right = matches(user.password_hash if user else NOBODY, password)
    if user is None or not right or not user.active:
        _note(username, address, "refused", now)
        raise DomainError(_("The user name or the password is wrong."))
    if user.second_factor is None:
        return open_login(user.id, address, agent, now)
    _note(username, address, "half_open", now)
    return HalfOpen(user_id=user.id, address=address, at=int(now.timestamp()), mark=_mark_of(user))


def enter_code(half: HalfOpen, code: str, address: str, agent: str) -> str:
    """The new session's token. Raises `DomainError` for a wrong code, one that was used, or too many tries."""
    now = utc_now()
    user = find_half_open(half, address)
    if user is None:
        raise DomainError(_("Too much time has passed. Sign in again."))
    _prove_code(user, code, address, now)
    return open_login(user.id, address, agent, now)


def find_half_open(half: HalfOpen, address: str) -> User | None:
    """Whose code is awaited; None when it is no longer."""
    with unit_of_work(writes=False):
        user = session().get(User, half.user_id, populate_existing=True)
    awaited = user is not None and user.active and user.second_factor is not None and half.lives(address, utc_now())
    return user if user and awaited and hmac.compare_digest(half.mark, _mark_of(user)) else None


def _mark_of(user: User) -> str:
    return token_hash(user.password_hash)[:16]


def _take_try(take: Callable[[str, str, datetime], bool], username: str, address: str, now: datetime) -> None:
    with unit_of_work():
        allowed = take(username, address, now)
    if not allowed:
        _note(username, address, "held", now)
        raise DomainError(_("Too many tries. Wait a minute, then try again."))


def _note(username: str, address: str, outcome: str, now: datetime) -> None:
    with unit_of_work() as db:
        db.add(LoginAttempt(at=now, username=username[:100], address=address, outcome=outcome))


def open_login(user_id: int, address: str, agent: str, now: datetime) -> str:
    """The token of a new session of somebody who has proven to be that user."""
    token = secrets.token_urlsafe(32)
    with unit_of_work() as db:
        user = get_user(user_id)
        limits.refill(user.username, address, now)
        db.add(LoginAttempt(at=now, username=user.username, address=address, outcome="entered"))
        login = LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            started_at=now,
            seen_at=now,
            confirmed_at=now,
            address=address,
            agent=agent[:300],
        )
        db.add(login)
        db.flush()
        g.actor = actor_of(user, login)
        record(SignedIn(user_id=user.id, session_id=login.id))
    return token


def recognise(token: str, idle: timedelta, absolute: timedelta) -> Actor | None:
    """Who holds this session token, or None when it is unknown, ended or too old."""
    now = utc_now()
    with unit_of_work(writes=False):
        found = find_session(token_hash(token))
        if not found:
            return None
        login, user = found
        actor = actor_of(user, login)
    if not user.active or not login.lives(now, idle, absolute):
        return None
    if now - login.seen_at > SEEN_EVERY:
        with unit_of_work():
            login.seen_at = now
    return actor


def sign_out(session_id: int) -> None:
    login = session().get_one(LoginSession, session_id)
    login.ended_at = utc_now()
    record(SignedOut(user_id=login.user_id, session_id=login.id))


def actor_of(user: User, login: LoginSession) -> Actor:
    acting = acting_as(user, user.chosen_estate_id)
    duty = _duty(user, acting.roles, login.started_at)
    return replace(acting, session_id=login.id, confirmed_at=login.confirmed_at, duty=duty)


def acting_as(user: User, estate_id: int | None) -> Actor:
    """The user with what they may do and see now; `estate_id` is the one chosen."""
    roles = tuple(row.role for row in user.roles)
    return Actor(
        name=user.full_name,
        permissions=permissions_of(roles),
        user_id=user.id,
        department_id=user.department_id,
        estate_ids=None if user.all_estates else frozenset(row.estate_id for row in user.estates),
        estate_id=estate_id,
        roles=roles,
        theme=user.theme,
        locale=user.locale,
    )


def _duty(user: User, roles: tuple[RoleName, ...], since: datetime) -> Duty | None:
    """What comes before everything else. Dates count as of the log-in: nobody is called away from a filled form."""
    if user.must_change_password or has_expired(user.password_changed_at or user.created_at, since):
        return Duty.change_password
    day = since.astimezone(current_app.config["SETTINGS"].timezone).date()
    return Duty.enrol if user.second_factor is None and second_factor.is_required(roles, day) else None


def add_user(
    username: str,
    full_name: str,
    password: str,
    roles: Iterable[RoleName],
    *,
    estate_ids: Iterable[int] | None = None,
    department_id: int | None = None,
    password_hash: str = "",
) -> User:
    """A new account; `estate_ids` None means every estate. Raises `DomainError` for a weak password.

    `password_hash` where the password is hashed already: that takes a tenth of a second, and a demo has many accounts.
    """
    username = username.strip().casefold()
    if find_user(username):
        raise DomainError(_("There is a user %(name)s already.", name=username))
    roles = list(roles)
    if fault := not_together(roles) or fault_of(password, username):
        raise DomainError(fault)
    user = User(
        username=username,
        full_name=full_name,
        password_hash=password_hash or hash_password(password),
        department_id=department_id,
        all_estates=estate_ids is None,
        created_at=utc_now(),
        roles=[UserRole(role=role) for role in roles],
        estates=[UserEstate(estate_id=estate_id) for estate_id in estate_ids or ()],
    )
    session().add(user)
    session().flush()
    record(UserAdded(user_id=user.id, username=username, roles=[str(role.role) for role in user.roles]))
    return user


def prove_password(password: str, address: str) -> None:
    """Check the acting person's own password; the try is counted as one of signing in. Opens its own units of work.

    Raises `DomainError` when it is wrong or was tried too often.
    """
    now = utc_now()
    with unit_of_work(writes=False):
        user = session().get_one(User, g.actor.user_id)
    _take_try(limits.take_login_tokens, user.username, address, now)
    if not matches(user.password_hash, password):
        _note(user.username, address, "confirmation_refused", now)
        raise DomainError(_("The password is wrong."))
    with unit_of_work():
        limits.refill(user.username, address, now)


def confirm_password(password: str, address: str) -> None:
    """From now on the password counts as given in this session. Opens its own units of work."""
    prove_password(password, address)
    now = utc_now()
    with unit_of_work() as db:
        db.get_one(LoginSession, g.actor.session_id).confirmed_at = now
        record(PasswordConfirmed(user_id=g.actor.user_id, session_id=g.actor.session_id))
    g.actor = replace(g.actor, confirmed_at=now)


def prove_both(password: str, code: str, address: str) -> None:
    """Password and second factor, for what weakens the account. Opens its own units of work."""
    prove_password(password, address)
    with unit_of_work(writes=False):
        user = session().get_one(User, g.actor.user_id)
    _prove_code(user, code, address, utc_now())


def renew_recovery_codes(password: str, code: str, address: str) -> list[str]:
    prove_both(password, code, address)
    with unit_of_work() as db:
        return second_factor.make_recovery_codes(db.get_one(User, g.actor.user_id))


def switch_off_second_factor(password: str, code: str, address: str) -> None:
    prove_both(password, code, address)
    with unit_of_work() as db:
        second_factor.switch_off(db.get_one(User, g.actor.user_id))


def _prove_code(user: User, code: str, address: str, now: datetime) -> None:
    _take_try(limits.take_code_tokens, user.username, address, now)
    with unit_of_work():
        accepted = second_factor.accept(user, code, now)
        if accepted:
            limits.refill(user.username, address, now)
            limits.refill_codes(user.username, now)
    if not accepted:
        _note(user.username, address, "code_refused", now)
        raise DomainError(_("The code is wrong or was used already. Wait for the next one."))


def change_password(present: str, new: str, address: str) -> None:
    """Ends every other session of the acting person. Opens its own units of work: no lock is held while hashing.

    Raises `DomainError` when a password is wrong, weak or was used before.
    """
    prove_password(present, address)
    with unit_of_work(writes=False):
        user = session().get_one(User, g.actor.user_id)
        earlier = [user.password_hash, *earlier_passwords(user.id, rules().remembered)]
    if fault := fault_of(new, user.username):
        raise DomainError(fault)
    if any(matches(used, new) for used in earlier):
        raise DomainError(_("You have used this password before. Take a new one."))
    hashed = hash_password(new)
    with unit_of_work() as db:
        user = db.get_one(User, g.actor.user_id)
        store_password(user, hashed)
        user.must_change_password = False
        sessions.end_others()
        record(PasswordChanged(user_id=user.id))
    g.actor = replace(g.actor, duty=None)


def store_password(user: User, hashed: str) -> None:
    """The new hash; the one it replaces is remembered where the policy wants that."""
    now = utc_now()
    if rules().remembered:
        session().add(PasswordHistory(user_id=user.id, password_hash=user.password_hash, at=now))
    user.password_hash, user.password_changed_at = hashed, now
