"""A process at an installation: `python -m tests.archive.vault.transfers.racing prepare|issue|sign|die ID`.

`issue` puts the one document onto a list of its own; `sign` receives the list as the custodian; `die` receives it and
ends itself in the middle, or at the end before the commit.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from flask import Flask, g
from sqlalchemy import select

import crm.models  # noqa: F401 - every table
from crm.app import create_app
from crm.archive.credit import queries as credit
from crm.archive.credit.models import Project
from crm.archive.handover.service.lists import Signing
from crm.archive.vault import custody
from crm.archive.vault.models import TitleDocument, TitleTransfer
from crm.archive.vault.transfers import service
from crm.archive.vault.transfers.queries import standing_of
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.errors import DomainError
from tests.acting import working
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CUSTODIAN, A, B
from tests.archive.vault.transfers.desk import Desk


def prepare(what: str) -> None:
    """A document with A; or a list that lacks only the custodian's signature."""
    desk = Desk(working, documents=2)
    if what == "sign":
        desk.issue()
        desk.compare_all()
        desk.sign(A)
        desk.sign(B)


def _newest(table: type[Any]) -> int:
    with unit_of_work(writes=False) as db:
        return int(db.scalars(select(table.id).order_by(table.id.desc()).limit(1)).one())


def issue(_what: str) -> None:
    document_id, project_id = _newest(TitleDocument), _newest(Project)
    _told(A, lambda: service.issue(credit.get_project(project_id), [document_id]))


def sign(_what: str) -> None:
    transfer_id = _newest(TitleTransfer)
    _told(CUSTODIAN, lambda: _receive(transfer_id))


def _receive(transfer_id: int) -> Any:
    standing = standing_of(transfer_id, lock=True)
    return service.receive(standing, Signing(seen=standing.transfer.hash, address="10.0.0.8"))


def _told(who: str, act: Any) -> None:
    try:
        with working(actor_called(who)):
            act()
        sys.stdout.write("done")
    except DomainError as refusal:
        sys.stdout.write(f"refused: {refusal}")


def die(after: str) -> None:
    moved, times, transfer_id = custody.move, [int(after)], _newest(TitleTransfer)

    def dying(*given: Any, **named: Any) -> Any:
        times[0] -= 1
        if times[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved(*given, **named)

    custody.move = dying
    with working(actor_called(CUSTODIAN)):
        _receive(transfer_id)
        os.kill(os.getpid(), signal.SIGKILL)


def main(app: Flask) -> None:
    with app.app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        {"prepare": prepare, "issue": issue, "sign": sign, "die": die}[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    main(create_app())
