"""Keeping accounts: what administrators do to other people's, and the departments they belong to.

`hindrance` says why a step cannot be taken; buttons and verbs both ask it. Whoever may ask at all is the views' affair.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping

from flask import g
from flask_babel import gettext as _
from sqlalchemy import exists, select, update
from sqlalchemy.orm.attributes import flag_modified

from crm.audit.log import record
from crm.auth import second_factor
from crm.auth.events import (
    DepartmentAdded,
    DepartmentRemoved,
    DepartmentRenamed,
    PasswordReset,
    RolesChanged,
    SessionEnded,
    SessionsEnded,
    UserActivated,
    UserChanged,
    UserDeactivated,
)
from crm.auth.models import Department, LoginSession, Supervision, User, UserEstate, UserRole
from crm.auth.passwords import fault_of, hash_password
from crm.auth.permissions import RoleName, not_together
from crm.auth.service import add_user, store_password
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is misread on paper
GROUPS, GROUP = 4, 4  # of signs in a one-time password: 92 bits


def hindrance(user: User, action: str) -> str:
    """Why the acting person cannot take this step with this account, or ""."""
    if user.id == g.actor.user_id and (own := _own(action)):
        return own
    match action:
        case "activate" if user.active:
            return _("The account is switched on already.")
        case "deactivate" if not user.active:
            return _("The account is switched off already.")
        case "deactivate" if _is_last_administrator(user):
            return _last_administrator()
        case "reset_second_factor" if user.second_factor is None:
            return _("There is no second factor to take away.")
        case _:
            return ""


def _own(action: str) -> str:
    """What nobody does to the own account."""
    return {
        "change_roles": _("Nobody changes the own roles. Ask another administrator."),
        "deactivate": _("Nobody switches the own account off. Ask another administrator."),
        "reset_password": _("Change your own password on your account page."),
        "reset_second_factor": _("Your own second factor is on your account page."),
        "end_sessions": _("Your own sessions are on your account page."),
    }.get(action, "")


def _last_administrator() -> str:
    return _("This is the last administrator in use. Make somebody else one first.")


def _is_last_administrator(user: User) -> bool:
    """Holds the other administrators' rows, so that two of them cannot switch each other off at once."""
    if RoleName.administrator not in {row.role for row in user.roles}:
        return False
    holders = select(UserRole.user_id).where(UserRole.role == RoleName.administrator)
    active = select(User.id).where(User.id.in_(holders), User.active).order_by(User.id).with_for_update()
    return set(session().scalars(active)) <= {user.id}


def _expect(user: User, action: str) -> None:
    if reason := hindrance(user, action):
        raise DomainError(reason)


def open_account(
    username: str,
    full_name: str,
    roles: Iterable[RoleName],
    *,
    email: str = "",
    department_id: int | None = None,
    estate_ids: Collection[int] | None = None,
    supervises: Collection[int] = (),
) -> tuple[User, str]:
    """The new account and the password to hand over: it is shown once and changed at the first log-in."""
    password = one_time_password(username)
    user = add_user(username, full_name, password, roles, estate_ids=estate_ids, department_id=department_id)
    user.email, user.must_change_password = email, True
    change_supervision(user, supervises)
    return user, password


def one_time_password(username: str) -> str:
    """At random, without signs that are misread; such as every password rule takes."""
    while True:
        groups = ("".join(secrets.choice(ALPHABET) for _sign in range(GROUP)) for _group in range(GROUPS))
        if not fault_of(password := "-".join(groups), username):
            return password


def change_account(user: User, *, full_name: str, email: str, department_id: int | None) -> None:
    old = {"full_name": user.full_name, "email": user.email, "department": _department_name(user.department_id)}
    new = {"full_name": full_name, "email": email, "department": _department_name(department_id)}
    user.full_name, user.email, user.department_id = full_name, email, department_id
    if changes := {name: [old[name], new[name]] for name in new if old[name] != new[name]}:
        record(UserChanged(user_id=user.id, changes=changes))


def _department_name(department_id: int | None) -> str | None:
    return None if department_id is None else session().get_one(Department, department_id).name


def change_scope(user: User, estate_ids: Collection[int] | None, names: Mapping[int, str]) -> None:
    """Which estates the user sees, None is every one; `names` are theirs, for the log."""
    old = None if user.all_estates else {row.estate_id for row in user.estates}
    new = None if estate_ids is None else set(estate_ids)
    if old == new:
        return
    user.all_estates = new is None
    user.estates = [row for row in user.estates if row.estate_id in (new or ())] + [
        UserEstate(estate_id=estate_id) for estate_id in sorted((new or set()) - (old or set()))
    ]
    if new is not None and user.chosen_estate_id not in new:
        user.chosen_estate_id = None
    _touch(user)
    record(UserChanged(user_id=user.id, changes={"estates": [_named(old, names), _named(new, names)]}))


def change_supervision(user: User, department_ids: Collection[int]) -> None:
    """The departments the user supervises and approves for."""
    rows = {row.department_id: row for row in session().scalars(select(Supervision).filter_by(user_id=user.id))}
    wanted = set(department_ids)
    if wanted == set(rows):
        return
    names = {row.id: row.name for row in session().scalars(select(Department))}
    for department_id in set(rows) - wanted:
        session().delete(rows[department_id])
    session().add_all(Supervision(user_id=user.id, department_id=key) for key in sorted(wanted - set(rows)))
    _touch(user)
    record(UserChanged(user_id=user.id, changes={"supervises": [_named(set(rows), names), _named(wanted, names)]}))


def _named(ids: Collection[int] | None, names: Mapping[int, str]) -> list[str] | None:
    return None if ids is None else sorted(names.get(key, str(key)) for key in ids)


def _touch(user: User) -> None:
    """A new version for a change that stands in rows of other tables."""
    flag_modified(user, "full_name")


def change_roles(user: User, roles: Collection[RoleName]) -> None:
    """Refused for the own account, and when no administrator in use would be left."""
    _expect(user, "change_roles")
    old, new = {row.role for row in user.roles}, set(roles)
    if not new:
        raise DomainError(_("Choose at least one role."))
    if fault := not_together(new):
        raise DomainError(fault)
    if RoleName.administrator in old - new and _is_last_administrator(user):
        raise DomainError(_last_administrator())
    if old == new:
        return
    user.roles = [row for row in user.roles if row.role in new] + [UserRole(role=role) for role in sorted(new - old)]
    _touch(user)
    record(RolesChanged(user_id=user.id, changes={"roles": [sorted(old), sorted(new)]}))


def activate(user: User) -> None:
    _expect(user, "activate")
    user.active = True
    record(UserActivated(user_id=user.id, username=user.username))


def deactivate(user: User) -> None:
    """The account stays, with all it did; its sessions end at once."""
    _expect(user, "deactivate")
    user.active = False
    _end_all(user)
    record(UserDeactivated(user_id=user.id, username=user.username))


def reset_password(user: User) -> str:
    """A one-time password to hand over; every session ends."""
    _expect(user, "reset_password")
    password = one_time_password(user.username)
    store_password(user, hash_password(password))
    user.must_change_password = True
    _end_all(user)
    record(PasswordReset(user_id=user.id, username=user.username))
    return password


def reset_second_factor(user: User) -> None:
    """For a lost telephone; every session ends, and the next log-in sets a new one up."""
    _expect(user, "reset_second_factor")
    second_factor.reset(user)
    _end_all(user)


def end_sessions(user: User) -> None:
    _expect(user, "end_sessions")
    record(SessionsEnded(user_id=user.id, sessions=_end_all(user)))


def end_session(login: LoginSession) -> None:
    """One session of somebody else. Raises `DomainError` when it is the own one or has ended."""
    if login.user_id == g.actor.user_id:
        raise DomainError(_("Your own sessions are on your account page."))
    if login.ended_at is not None:
        raise DomainError(_("This session has ended already."))
    login.ended_at = utc_now()
    record(SessionEnded(user_id=login.user_id, session_id=login.id, address=login.address))


def _end_all(user: User) -> int:
    alive = LoginSession.user_id == user.id, LoginSession.ended_at.is_(None)
    ended = session().execute(update(LoginSession).where(*alive).values(ended_at=utc_now()).returning(LoginSession.id))
    return len(ended.all())


def add_department(name: str) -> Department:
    _refuse_taken(name)
    department = Department(name=name)
    session().add(department)
    session().flush()
    record(DepartmentAdded(department_id=department.id, name=name))
    return department


def rename_department(department: Department, name: str) -> None:
    if name == department.name:
        return
    _refuse_taken(name)
    changes = {"name": [department.name, name]}
    department.name = name
    record(DepartmentRenamed(department_id=department.id, changes=changes))


def remove_department(department: Department) -> None:
    """Only when nobody belongs to it or supervises it."""
    users = exists().where(User.department_id == department.id)
    supervised = exists().where(Supervision.department_id == department.id)
    if session().scalar(select(users | supervised)):
        raise DomainError(_("People still belong to this department or supervise it. Move them to another one first."))
    record(DepartmentRemoved(department_id=department.id, name=department.name))
    session().delete(department)


def _refuse_taken(name: str) -> None:
    if session().scalar(select(exists().where(Department.name == name))):
        raise DomainError(_("There is a department %(name)s already.", name=name))
