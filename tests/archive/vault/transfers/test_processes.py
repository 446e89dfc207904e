"""Twenty processes with one title document or one list, and one that is killed: one is first, whole or not at all."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.archive.vault.models import (
    TitleCustody,
    TitleDocument,
    TitleSignature,
    TitleState,
    TitleTransfer,
    TitleVoucher,
    TransferState,
)
from tests.meeting import OwnCompany

RACING, PROCESSES = "tests.archive.vault.transfers.racing", 20
S = TitleState


def stands(company: OwnCompany) -> tuple[list[TitleState], int, int, int]:
    """The documents' states; open intervals, signatures, vouchers."""
    with company.work() as db:
        states = list(db.scalars(select(TitleDocument.state).order_by(TitleDocument.id)))
        held = db.scalar(select(func.count(TitleCustody.id)).where(TitleCustody.ends_at.is_(None))) or 0
        counts = [db.scalar(select(func.count(table.id))) or 0 for table in (TitleSignature, TitleVoucher)]
    return states, held, counts[0], counts[1]


@pytest.mark.timeout(300)
def test_one_of_twenty_has_the_document_on_its_list(own_company: OwnCompany, run: Callable[..., list[Any]]) -> None:
    assert run(("prepare", ""))[0][1] == 0
    said = [out.strip() for (out, _errors), _code in run(*[("issue", "")] * PROCESSES)]
    assert said.count("done") == 1
    assert all("权移" in each for each in said if each != "done")  # on which list it is
    with own_company.work() as db:
        assert db.scalar(select(func.count(TitleTransfer.id))) == 1
    assert stands(own_company)[0] == [S.with_a, S.verifying]


@pytest.mark.timeout(300)
def test_killed_before_the_commit_nothing_is_received_and_then_by_one_of_twenty(
    own_company: OwnCompany, run: Callable[..., list[Any]]
) -> None:
    """Between the first document and the second, and when all is written but not committed."""
    assert run(("prepare", "sign"))[0][1] == 0
    for after in ("2", "99"):
        assert run(("die", after))[0][1] == -signal.SIGKILL
        assert stands(own_company) == ([S.verifying] * 2, 2, 2, 0)
    said = [out.strip() for (out, _errors), _code in run(*[("sign", "")] * PROCESSES)]
    assert said.count("done") == 1
    assert all(each.startswith("refused: ") for each in said if each != "done")
    assert stands(own_company) == ([S.received] * 2, 2, 3, 1)
    with own_company.work() as db:
        assert list(db.scalars(select(TitleTransfer.state))) == [TransferState.complete]
