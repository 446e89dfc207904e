"""Looking up users and sessions."""

from __future__ import annotations

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import selectinload

from crm.auth.models import LoginSession, User
from crm.db import session


def find_user(username: str) -> User | None:
    return session().scalars(_whole_users().where(User.username == username.strip().casefold())).one_or_none()


def find_session(token_hash: str) -> tuple[LoginSession, User] | None:
    found = select(LoginSession).where(LoginSession.token_hash == token_hash)
    login = session().scalars(found).one_or_none()
    if login is None:
        return None
    return login, session().scalars(_whole_users().where(User.id == login.user_id)).one()


def anybody() -> bool:
    """Whether the installation has a user at all."""
    return bool(session().scalar(select(exists().where(User.id.is_not(None)))))


def _whole_users() -> Select[User]:
    return select(User).options(selectinload(User.roles), selectinload(User.estates))
