"""Looking up accounts, departments, sessions and log-ins.

Somebody who sees only some estates keeps only the accounts that see no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, String, cast, exists, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from crm.auth.actor import actor
from crm.auth.models import Department, LoginAttempt, LoginSession, Supervision, User, UserEstate, UserRole
from crm.db import session
from crm.properties.models import Estate


def within_reach() -> ColumnElement[bool]:
    """The condition on `User` that the acting person sees every estate the account sees."""
    ids = actor().estate_ids
    if ids is None:
        return true()
    abroad = exists().where(UserEstate.user_id == User.id, UserEstate.estate_id.not_in(ids))
    return ~User.all_estates & ~abroad


def get_user(user_id: int) -> User:
    """With roles, estates and department; answers 404 outside the person's reach."""
    whole = select(User).options(selectinload(User.roles), selectinload(User.estates), joinedload(User.department))
    return session().scalars(whole.where(User.id == user_id, within_reach())).one_or_none() or abort(404)


def users() -> Select[*tuple[Any, ...]]:
    """Each account with its department, roles (codes, comma between), estates and last log-in."""
    roles = (
        select(func.aggregate_strings(cast(UserRole.role, String), ","))
        .where(UserRole.user_id == User.id)
        .scalar_subquery()
    )
    estates = (
        select(func.aggregate_strings(Estate.name, "、"))
        .join(UserEstate, UserEstate.estate_id == Estate.id)
        .where(UserEstate.user_id == User.id)
        .scalar_subquery()
    )
    last = select(func.max(LoginSession.started_at)).where(LoginSession.user_id == User.id).scalar_subquery()
    return (
        select(
            User.id,
            User.username,
            User.full_name,
            User.active,
            User.all_estates,
            Department.name.label("department"),
            roles.label("roles"),
            estates.label("estates"),
            last.label("last"),
        )
        .outerjoin(Department, Department.id == User.department_id)
        .where(within_reach())
    )


def people() -> Sequence[Any]:
    """(id, full name, user name) of every account in reach, in use or not."""
    listed = select(User.id, User.full_name, User.username).where(within_reach())
    return session().execute(listed.order_by(User.full_name, User.id)).all()


def departments() -> Sequence[Department]:
    return session().scalars(select(Department).order_by(Department.name)).all()


def department_rows() -> Select[*tuple[Any, ...]]:
    """Each department with the accounts in it, and those that supervise it."""
    members = (
        select(func.count()).where(User.department_id == Department.id, User.active, within_reach()).scalar_subquery()
    )
    supervisors = (
        select(func.aggregate_strings(User.full_name, "、"))
        .join(Supervision, Supervision.user_id == User.id)
        .where(Supervision.department_id == Department.id)
        .scalar_subquery()
    )
    return select(Department.id, Department.name, members.label("members"), supervisors.label("supervisors"))


def get_department(department_id: int) -> Department:
    return session().get(Department, department_id) or abort(404)


def supervised_by(user_id: int) -> Sequence[Department]:
    found = select(Department).join(Supervision, Supervision.department_id == Department.id)
    return session().scalars(found.where(Supervision.user_id == user_id).order_by(Department.name)).all()


def live_sessions(now: datetime, idle: timedelta, absolute: timedelta) -> Select[*tuple[Any, ...]]:
    """The sessions that would be recognised at `now`, as `LoginSession.lives` has it."""
    return (
        select(
            LoginSession.id,
            LoginSession.user_id,
            LoginSession.started_at,
            LoginSession.seen_at,
            LoginSession.address,
            LoginSession.agent,
            User.full_name,
            User.username,
        )
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.ended_at.is_(None),
            LoginSession.seen_at > now - idle,
            LoginSession.started_at > now - absolute,
            User.active,
            within_reach(),
        )
    )


def get_session(session_id: int) -> tuple[LoginSession, User]:
    login = session().get(LoginSession, session_id) or abort(404)
    return login, get_user(login.user_id)


def attempts() -> Select[*tuple[Any, ...]]:
    """Every try to sign in; only those with a name of an account in reach for whoever sees some estates alone."""
    tries = select(LoginAttempt.id, LoginAttempt.at, LoginAttempt.username, LoginAttempt.address, LoginAttempt.outcome)
    if actor().estate_ids is None:
        return tries
    return tries.where(LoginAttempt.username.in_(select(User.username).where(within_reach())))


def scopes() -> Sequence[Any]:
    """(id, name, every estate, estate id) of accounts in use, a row for each estate; for the matrix."""
    listed = (
        select(User.id, User.full_name, User.username, User.all_estates, UserEstate.estate_id)
        .outerjoin(UserEstate, UserEstate.user_id == User.id)
        .where(User.active, within_reach())
        .order_by(User.full_name, User.id)
    )
    return session().execute(listed).all()
