"""A process at the vault of an installation: `python -m tests.archive.vault.racing prepare|confirm|move WHAT`.

`move` dies by its own hand in the middle of the movement, or at its end before the commit.
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
from crm.archive.credit.models import ProjectState
from crm.archive.vault import custody
from crm.archive.vault.models import Purpose, TitleVoucher, VoucherState
from crm.archive.vault.vouchers import service
from crm.archive.vault.vouchers.queries import get_voucher
from crm.auth.actor import system_actor
from crm.db import unit_of_work
from crm.errors import DomainError
from tests.acting import working
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CUSTODIAN, WITNESS
from tests.archive.vault.vault import Vault

BEFORE = {
    Purpose.back: Purpose.registration,
    Purpose.found: Purpose.loss,
    Purpose.not_handed_out: Purpose.release,
}  # how they came out of the safe


def prepare(purpose: str) -> None:
    """A voucher that lacks only the second person."""
    released = purpose in (Purpose.release.value, Purpose.not_handed_out.value)
    vault = Vault(working, ProjectState.settled if released else ProjectState.approved)
    if purpose == Purpose.receipt.value:
        voucher_id, _documents = vault.received(2)
        vault.lay(voucher_id)
    else:
        documents = vault.filled(2)
        if before := BEFORE.get(Purpose(purpose)):
            vault.go(before, documents)
        voucher_id = vault.ready(Purpose(purpose), documents)
    vault.confirm(CUSTODIAN, voucher_id)


def _last() -> int:
    with unit_of_work(writes=False) as db:
        return db.scalars(select(TitleVoucher.id).where(TitleVoucher.state == VoucherState.ready)).one_or_none() or 0


def confirm(_what: str) -> None:
    """As the second person, whoever else does so at the same moment."""
    with unit_of_work(writes=False) as db:
        voucher_id = db.scalars(select(TitleVoucher.id).order_by(TitleVoucher.id.desc()).limit(1)).one()
    try:
        with working(actor_called(WITNESS)):
            standing = get_voucher(voucher_id, lock=True)
            sys.stdout.write("done" if service.confirm(standing, standing.hash, "10.0.0.8") else "first")
    except DomainError as refusal:
        sys.stdout.write(f"refused: {refusal}")


def move(after: str) -> None:
    moved, times = custody.move, [int(after)]

    def dying(*given: Any, **named: Any) -> Any:
        times[0] -= 1
        if times[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return moved(*given, **named)

    custody.move = dying
    voucher_id = _last()
    with working(actor_called(WITNESS)):
        standing = get_voucher(voucher_id, lock=True)
        service.confirm(standing, standing.hash, "10.0.0.8")
        os.kill(os.getpid(), signal.SIGKILL)


def main(app: Flask) -> None:
    with app.app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        {"prepare": prepare, "confirm": confirm, "move": move}[sys.argv[1]](sys.argv[2])


if __name__ == "__main__":
    main(create_app())
