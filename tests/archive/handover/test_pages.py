"""The pages: what each person is offered at each state, refusals in sentences, ticks, signatures, work lists."""

from __future__ import annotations

import pytest

from crm.archive.handover.models import HandoverState
from tests.archive.handover.desk import ARCHIVIST, A, B, Desk

READERS = (A, B, ARCHIVIST, "hanbing", "shentao", "tangfeng", "caoning", "xujing")


@pytest.mark.parametrize("state", HandoverState)
def test_every_reader_sees_the_page_at_every_state(desk: Desk, sign_in, state: HandoverState) -> None:
    desk.bring_to(state)
    for who in READERS:
        answer = sign_in(who).get(f"/archive/handover/{desk.handover_id}")
        assert answer.status_code == 200, answer.text[-3000:]
        assert "鸿借字第" in answer.text
