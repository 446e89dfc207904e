"""Twenty processes at one voucher, and one that is killed: it is carried out once, whole, or not at all."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from crm.archive.vault.invariants import CHECKS
from crm.archive.vault.models import Purpose, TitleDocument, TitleState
from tests.meeting import OwnCompany

RACING, PROCESSES = "tests.archive.vault.racing", 20


def states(company: OwnCompany) -> list[TitleState]:
    with company.work() as db:
        return list(db.scalars(select(TitleDocument.state).order_by(TitleDocument.id)))


def faults(company: OwnCompany) -> list[str]:
    with company.work():
        return [fault for checks in CHECKS.values() for check in checks for fault in check()]


@pytest.mark.timeout(300)
def test_one_of_twenty_carries_it_out(own_company: OwnCompany, run: Callable[..., list[Any]]) -> None:
    assert run(("prepare", "receipt"))[0][1] == 0
    said = [out.strip() for (out, _errors), _code in run(*[("confirm", "")] * PROCESSES)]
    assert said.count("done") == 1
    assert all(each.startswith("refused: ") for each in said if each != "done")
    assert states(own_company) == [TitleState.in_vault] * 2
    assert faults(own_company) == []


MOVED = {  # of each purpose: what its documents are before it and after
    Purpose.receipt: (TitleState.received, TitleState.in_vault),
    Purpose.back: (TitleState.out, TitleState.in_vault),
    Purpose.found: (TitleState.lost, TitleState.in_vault),
    Purpose.not_handed_out: (TitleState.released, TitleState.in_vault),
    Purpose.moved: (TitleState.in_vault, TitleState.in_vault),
    Purpose.registration: (TitleState.in_vault, TitleState.out),
    Purpose.court: (TitleState.in_vault, TitleState.out),
    Purpose.extension: (TitleState.in_vault, TitleState.out),
    Purpose.release: (TitleState.in_vault, TitleState.released),
    Purpose.loss: (TitleState.in_vault, TitleState.lost),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("purpose", Purpose)
def test_killed_in_the_middle_it_is_not_done(
    own_company: OwnCompany, run: Callable[..., list[Any]], purpose: Purpose
) -> None:
    """Between the first document and the second, and when all is written but not committed."""
    before, done = MOVED[purpose]
    assert run(("prepare", purpose.value))[0][1] == 0
    for after in ("2", "99"):
        assert run(("move", after))[0][1] == -signal.SIGKILL
        assert states(own_company) == [before] * 2
        assert faults(own_company) == []
    assert run(("confirm", ""))[0][0][0].strip() == "done"
    assert states(own_company) == [done] * 2
    assert faults(own_company) == []
