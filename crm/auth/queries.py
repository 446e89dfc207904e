"""Looking up users and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, select
from sqlalchemy.orm import joinedload, selectinload

from crm.auth.models import Department, LoginSession, PasswordHistory, Supervision, User, UserEstate, UserRole
from crm.auth.permissions import ROLES, Permission, RoleName
from crm.db import session


def find_user(username: str) -> User | None:
    return session().scalars(_whole_users().where(User.username == username.strip().casefold())).one_or_none()


def find_credentials(username: str) -> User | None:
    """The account alone: as many statements for a name that exists as for one that does not."""
    return session().scalars(select(User).filter_by(username=username.strip().casefold())).one_or_none()


def get_user(user_id: int) -> User:
    return session().scalars(_whole_users().where(User.id == user_id)).one()


def find_session(token_hash: str) -> tuple[LoginSession, User] | None:
    """With every page: in as few statements as can be, and the first of them is built once."""
    found = session().execute(_sessions(), {"token_hash": token_hash}).unique().one_or_none()
    return (found[0], found[1]) if found else None


@lru_cache
def _sessions() -> Select[LoginSession, User]:
    both = select(LoginSession, User).join(User, User.id == LoginSession.user_id)
    whole = both.options(joinedload(User.roles), joinedload(User.estates))
    return whole.where(LoginSession.token_hash == bindparam("token_hash"))


def all_users() -> Sequence[User]:
    return session().scalars(_whole_users().order_by(User.username)).all()


def who_may(*permissions: Permission) -> Sequence[User]:
    """Everybody at work here with one of these rights, whatever the estate."""
    roles = [role for role, rights in ROLES.items() if rights & set(permissions)]
    found = select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role.in_(roles), User.active)
    return session().scalars(found.distinct().order_by(User.id)).all()


def deciders(permission: Permission) -> Sequence[User]:
    """Of `who_may`, each with what `acting_as` wants to know."""
    return session().scalars(_whole_users().where(holds(permission)).order_by(User.id)).all()


def holds(permission: Permission) -> ColumnElement[bool]:
    """Of a `User`: at work here, with a role that has the right."""
    roles = [role for role, rights in ROLES.items() if permission in rights]
    return and_(User.active, exists().where(UserRole.user_id == User.id, UserRole.role.in_(roles)))


def who_may_in(estate_id: int, *permissions: Permission) -> Sequence[User]:
    """Those of `who_may` who see the estate."""
    scoped = set(session().scalars(select(UserEstate.user_id).where(UserEstate.estate_id == estate_id)))
    return [user for user in who_may(*permissions) if user.all_estates or user.id in scoped]


def above_of(users: Sequence[User]) -> Sequence[User]:
    """The deputies who supervise their departments, else the general manager."""
    theirs = Supervision.department_id.in_({user.department_id for user in users})
    active = select(User).where(User.active).order_by(User.id)
    deputies = active.join(Supervision, Supervision.user_id == User.id).where(theirs).distinct()
    leads = active.join(UserRole, UserRole.user_id == User.id).where(UserRole.role == RoleName.general_manager)
    return session().scalars(deputies).all() or session().scalars(leads).all()


def departments() -> dict[int, str]:
    """All of them: id -> name."""
    found = select(Department.id, Department.name).order_by(Department.name)
    return {row.id: row.name for row in session().execute(found)}


def earlier_passwords(user_id: int, count: int) -> Sequence[str]:
    """The hashes of the last `count` passwords before the present one."""
    earlier = select(PasswordHistory.password_hash).where(PasswordHistory.user_id == user_id)
    return session().scalars(earlier.order_by(PasswordHistory.id.desc()).limit(count)).all()


def anybody() -> bool:
    """Whether the installation has a user at all."""
    return bool(session().scalar(select(exists().where(User.id.is_not(None)))))


def _whole_users() -> Select[User]:
    return select(User).options(selectinload(User.roles), selectinload(User.estates))
