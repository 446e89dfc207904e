"""`crm user`: accounts from the command line, for the first one and for whoever has lost the way in."""

from __future__ import annotations

import json
from typing import Any

import click
from flask_babel import gettext as _

from crm.auth import accounts
from crm.auth.models import User
from crm.auth.permissions import RoleName
from crm.auth.queries import all_users, anybody, find_user
from crm.auth.service import add_user
from crm.auth.titles import ROLE_TITLES
from crm.db import unit_of_work
from crm.errors import DomainError


@click.group("user")
def user_command() -> None:
    """Accounts."""


@user_command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in ROLE_TITLES]))
@click.password_option()
def user_add(username: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Add an account that sees every estate; the password is asked for."""
    with unit_of_work():
        first = not anybody()
        add_user(username, name, password, [RoleName(role) for role in roles])
    click.echo(f"{username} added" + (", the first account of this installation" if first else ""))


@user_command.command("password")
@click.argument("username")
def user_password(username: str) -> None:
    """Print a one-time password, to be changed at the next log-in; every session ends."""
    with unit_of_work():
        password = accounts.reset_password(_get(username))
    click.echo(password)


@user_command.group("factor")
def factor() -> None:
    """The second factor."""


@factor.command("reset")
@click.argument("username")
def factor_reset(username: str) -> None:
    """Take it away, for a lost telephone; every session ends."""
    with unit_of_work():
        accounts.reset_second_factor(_get(username))
    click.echo(f"second factor of {username} taken away")


@user_command.command("list")
@click.option("--json", "as_json", is_flag=True)
def user_list(*, as_json: bool) -> None:
    """Every account with its roles."""
    with unit_of_work(writes=False):
        rows = [_row(user) for user in all_users()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        marks = [word for word, holds in (("off", not row["active"]), ("2fa", row["second_factor"])) if holds]
        click.echo(" ".join([f"{row['username']:<16}", row["name"], ",".join(row["roles"]), *marks]))


def _get(username: str) -> User:
    user = find_user(username)
    if user is None:
        raise DomainError(_("There is no user %(name)s.", name=username))
    return user


def _row(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.full_name,
        "roles": sorted(row.role.value for row in user.roles),
        "active": user.active,
        "second_factor": user.second_factor is not None,
        "must_change_password": user.must_change_password,
    }
