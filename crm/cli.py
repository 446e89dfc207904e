"""The command line: crm init | serve | demo | import | search | audit | user."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
import structlog
import waitress
from flask import Flask, g
from flask_babel import gettext as _

from crm import schema
from crm.app import create_app
from crm.audit.queries import verify
from crm.auth.actor import system_actor
from crm.auth.permissions import ROLE_TITLES, RoleName
from crm.auth.queries import anybody
from crm.auth.service import add_user
from crm.db import open_session, unit_of_work
from crm.demo.command import demo_command
from crm.desk.command import reindex_command, search_command
from crm.errors import DomainError
from crm.imports.command import import_command


class Commands(click.Group):
    """Every command runs in an application context as the command line itself; a refusal is one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        try:
            app = create_app()
            with app.app_context():
                g.actor, g.request_id = None, ""
                g.actor = system_actor(_("command line"))
                ctx.obj = app
                return super().invoke(ctx)
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal


@click.group(cls=Commands)
@click.version_option(package_name="yihu")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Yihu 一户一档: one dossier per customer."""
    if ctx.invoked_subcommand != "init":
        _expect_schema()


@main.command()
def init() -> None:
    """Create the database, or upgrade it to this version. Safe to run again."""
    click.echo(f"database ready, revision {schema.upgrade(_engine())}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.pass_obj
def serve(app: Flask, host: str, port: int, threads: int) -> None:
    """Serve the web pages."""
    click.echo(f"Yihu is ready at http://{host}:{port}")
    sys.stdout.flush()
    waitress.serve(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="yihu",
        clear_untrusted_proxy_headers=not app.config["SETTINGS"].behind_tls,
        _quiet=True,
    )


@main.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True)
def audit_verify(as_json: bool) -> None:
    """Prove that no entry was changed or taken out; exit code 1 when one was."""
    with unit_of_work(writes=False) as db:
        verdict = verify(db)
    if as_json:
        facts = {"entries": verdict.entries, "head": verdict.head, "sound": verdict.sound, "faults": verdict.faults}
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo(f"{verdict.entries} entries, head {verdict.head}")
        for fault in verdict.faults:
            click.echo(f"FAULT {fault}")
    sys.exit(0 if verdict.sound else 1)


@main.group()
def user() -> None:
    """Accounts."""


@user.command("add")
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


for command in (demo_command, import_command, search_command, reindex_command):
    main.add_command(command)


def _expect_schema() -> None:
    with _engine().connect() as connection:
        if schema.revision_of(connection) != schema.newest_revision():
            raise DomainError(_("The database is not at this version. Run `crm init` first."))


def _engine() -> Any:
    return open_session.kw["bind"]
