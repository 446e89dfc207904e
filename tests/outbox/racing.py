"""A process beside others at one outbox: `python -m tests.outbox.racing write COUNT`, or `send` on a sign."""

from __future__ import annotations

import sys

import click
from flask import g

from crm.app import create_app
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.outbox.service import post, send_due


def write(count: str) -> None:
    with unit_of_work():
        for number in range(int(count)):
            post(f"person{number}@example.com", "通知", "请查收。")


def send() -> None:
    click.echo("ready")
    sys.stdin.readline()
    click.echo(sum(send_due() for _ in range(3)))


if __name__ == "__main__":
    with create_app().app_context():
        g.actor = system_actor("tests")
        {"write": write, "send": send}[sys.argv[1]](*sys.argv[2:])
