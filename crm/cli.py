"""The command line: `crm --help` lists the commands."""

from __future__ import annotations

import sys
from datetime import datetime
from threading import Event
from typing import Any

import click
import waitress
from flask import Flask, g
from flask_babel import gettext as _

from crm import schedule, schema
from crm.app import create_app
from crm.archive.dossiers.seeding import seed
from crm.auth.actor import system_actor
from crm.auth.command import user_command
from crm.billing.arrears.command import arrears_command
from crm.billing.command import billing_command
from crm.clock.command import MOMENT, do_once
from crm.complaints.categories.seeding import seed as seed_complaint_categories
from crm.correspondence.wordings.seeding import seed as seed_wordings
from crm.db import open_session, unit_of_work
from crm.demo.command import demo_command
from crm.desk.command import reindex_command, search_command
from crm.errors import DomainError
from crm.files.command import files_command
from crm.imports.command import import_command
from crm.jobs.command import jobs_command, work_command
from crm.late import load_all
from crm.logs import set_up_logs
from crm.recovery import command as recovery
from crm.recovery.archive import check_command
from crm.recovery.restore import expect_finished
from crm.renovations.acceptance.items.seeding import seed as seed_check_items
from crm.renovations.works.seeding import seed as seed_renovation_works
from crm.repairs.categories.seeding import seed as seed_categories
from crm.review.command import review_command
from crm.statistics.command import statistics_command
from crm.tenants.filing import open_missing
from crm.violations.types.seeding import seed as seed_violation_types
from crm.worktime.command import workday_command


class Commands(click.Group):
    """Every command runs in an application context as the command line itself; a refusal is one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        set_up_logs()
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
    if ctx.invoked_subcommand not in recovery.MEND:
        expect_finished(ctx.obj.config["SETTINGS"])
    if ctx.invoked_subcommand not in recovery.ANY_REVISION:
        _expect_schema()


@main.command()
def init() -> None:
    """Create the database, or upgrade it to this version. Safe to run again."""
    revision = schema.upgrade(_engine())
    with unit_of_work():
        seed()
        seed_categories()
        seed_wordings()
        seed_violation_types()
        seed_complaint_categories()
        seed_renovation_works()
        seed_check_items()
    open_missing()
    click.echo(f"database ready, revision {revision}")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.option("--runners", default=2, show_default=True, help="Processes for background work; none with a broker.")
@click.pass_obj
def serve(app: Flask, host: str, port: int, threads: int, runners: int) -> None:
    """Serve the web pages, with the clock and the background work beside them."""
    load_all()
    with schedule.working(app, runners):
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


@main.command("schedule")
@click.option("--once", is_flag=True, help="Do what is due once, then end. Exit code 1 when a task failed.")
@click.option("--at", type=MOMENT, help="With --once: as if it were this moment, 2026-12-01 08:00 at the company.")
@click.option("--json", "as_json", is_flag=True, help="With --once: what ran, as JSON.")
@click.pass_obj
def run_schedule(app: Flask, at: datetime | None, *, once: bool, as_json: bool) -> None:
    """Run the clock alone, beside web processes that are not `crm serve`."""
    if once:
        sys.exit(do_once(app, at, as_json=as_json))
    if at or as_json:
        raise click.UsageError(_("Say --once as well."))
    with schedule.working(app, 0):
        Event().wait()


@main.group()
def audit() -> None:
    """The audit log."""


@main.group()
def archive() -> None:
    """The shared archive."""


archive.add_command(check_command)
for audit_command in recovery.AUDIT_COMMANDS:
    audit.add_command(audit_command)
OWN = (
    user_command,
    arrears_command,
    statistics_command,
    billing_command,
    demo_command,
    files_command,
    import_command,
    review_command,
    search_command,
    reindex_command,
    jobs_command,
    work_command,
    workday_command,
)
for command in (*OWN, *recovery.COMMANDS):
    main.add_command(command)


def _expect_schema() -> None:
    with _engine().connect() as connection:
        if schema.revision_of(connection) != schema.newest_revision():
            raise DomainError(_("The database is not at this version. Run `crm init` first."))


def _engine() -> Any:
    return open_session.kw["bind"]
