"""`crm billing`: runs and books on the command line."""

from __future__ import annotations

import click

from crm.billing.runs.command import run_command


@click.group("billing")
def billing_command() -> None:
    """Bills and books."""


billing_command.add_command(run_command)
