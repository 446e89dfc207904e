"""A process that issues what others issue as well: `python -m tests.archive.lending.racing issue|back SLIP [die]`.

`die`: killed in the middle, when everything is written and nothing committed.
"""

from __future__ import annotations

import os
import signal
import sys

from flask import g

from crm.app import create_app
from crm.archive.lending import queries, service
from crm.archive.lending.models import LendingSlip
from crm.db import session, unit_of_work
from crm.errors import DomainError
from tests.acting import as_
from tests.archive.lending.making import ARCHIVIST


def issue(slip: LendingSlip) -> None:
    service.issue(slip, {line.id for line in queries.lines_of(slip.id)})


def back(slip: LendingSlip) -> None:
    service.take_back(slip, {line.id: line.issued_pages for line in queries.lines_of(slip.id)})


def run(action: str, slip_id: int, *, die: bool) -> str:
    try:
        with unit_of_work():
            g.actor = as_(ARCHIVIST)
            {"issue": issue, "back": back}[action](queries.get_slip(slip_id))
            session().flush()
            if die:
                os.kill(os.getpid(), signal.SIGKILL)
    except DomainError as refusal:
        return str(refusal)
    return "done"


if __name__ == "__main__":
    from crm.auth.actor import system_actor

    with create_app().app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        sys.stdin.readline()  # all begin together
        print(run(sys.argv[1], int(sys.argv[2]), die="die" in sys.argv))
