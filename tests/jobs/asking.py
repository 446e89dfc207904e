"""`python -m tests.jobs.asking`: a process that asks for the log to be proved, and says the job's number."""

from __future__ import annotations

import click
from flask import g

from crm.app import create_app
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.jobs import proof

if __name__ == "__main__":
    with create_app().app_context():
        g.actor = system_actor("tests")
        with unit_of_work():
            click.echo(proof.ask().id)
