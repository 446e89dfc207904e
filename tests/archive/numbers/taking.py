"""A process that takes archive numbers, giving every third back: `python -m tests.archive.numbers.taking TIMES`."""

from __future__ import annotations

import sys

from flask import g

from crm.app import create_app
from crm.archive.numbers.service import commit, reserve, void
from crm.auth.actor import system_actor
from crm.db import unit_of_work


class Failure(Exception):
    pass


def take(turn: int) -> None:
    """Reserved, then committed, voided or left; every third unit of work fails."""
    with unit_of_work():
        number = reserve("鸿借", 2026, "鑫源商贸借款")
        if turn % 3 == 0:
            raise Failure
        if turn % 3 == 1:
            commit(number)
        elif turn % 2:
            void(number, "项目撤回")


def main(times: int) -> None:
    with create_app().app_context():
        g.actor, g.request_id = system_actor("taking"), ""
        for turn in range(times):
            try:
                take(turn)
            except Failure:
                continue


if __name__ == "__main__":
    main(int(sys.argv[1]))
