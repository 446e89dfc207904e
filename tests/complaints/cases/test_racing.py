"""Steps that meet, at the same moment and on real connections: one is taken, the other refused or comes after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from crm.complaints.actions.service import add as add_action
from crm.complaints.cases import service
from crm.complaints.cases.models import CompensationKind, ComplaintState, Outcome
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, Heard, Said
from crm.complaints.compensation.service import Wish
from crm.complaints.compensation.service import ask as ask_compensation
from tests.acting import as_
from tests.complaints.intake.test_racing import Desk, desk
from tests.complaints.making import user_called
from tests.meeting import REFUSED, both

__all__ = ["desk"]
S = ComplaintState
Act = Callable[[int], Any]
pytestmark = pytest.mark.timeout(300)
FOUND = Found(cause="response", words="班次排少了", outcome=Outcome.unjustified)


def replied(desk: Desk) -> int:
    """A neighbour's noise, looked into by 孙浩 and replied to."""
    made = desk.received()
    with desk.work(as_("sunhao")):
        case = get_case(made)
        service.acknowledge(case, Said(note="尽快处理"))
        service.STEPS.take(case, "classify", handler_id=user_called("sunhao").id)
        service.investigate(case)
        service.reply(case, "已劝阻")
    return made


def called_back(desk: Desk) -> int:
    made = replied(desk)
    with desk.work(as_("zhouhui")):
        service.call_back(get_case(made), Heard(satisfied=True))
    return made


def closed(desk: Desk) -> int:
    made = called_back(desk)
    with desk.work(as_("zhouhui")):
        service.close(get_case(made), FOUND)
    return made


def close(case_id: int) -> str:
    service.close(get_case(case_id), FOUND)
    return "closed"


def reopen(case_id: int) -> str:
    service.reopen(get_case(case_id), Said(reason="又吵了"))
    return "reopened"


def content(case_id: int) -> str:
    service.call_back(get_case(case_id), Heard(satisfied=True))
    return "content"


def discontent(case_id: int) -> str:
    service.call_back(get_case(case_id), Heard(satisfied=False, words="还在吵"))
    return "discontent"


def compensated(case_id: int) -> str:
    case = get_case(case_id)
    wish = Wish(kind=CompensationKind.goods, amount=Decimal("50.00"), reason="致歉")
    ask_compensation(case, wish)
    return "asked"


def action_added(case_id: int) -> str:
    case = get_case(case_id)
    add_action(case, "加强巡查", user_called("sunhao").id, date(2099, 1, 5))
    return "added"


def filed(case_id: int) -> str:
    service.filed(case_id)
    return "filed"


@pytest.mark.parametrize(
    ("begin", "acts", "ends"),
    [
        (called_back, (close, reopen), {"closed": S.closed, "reopened": S.reopened}),
        (replied, (content, discontent), {"content": S.called_back, "discontent": S.reopened}),
        (replied, (content, content), {"content": S.called_back}),
        (replied, (discontent, discontent), {"discontent": S.reopened}),
        (called_back, (close, compensated), {"closed": S.closed, "asked": S.called_back}),
        (called_back, (close, action_added), {"closed": S.closed, "added": S.called_back}),
        (closed, (filed, reopen), {"filed": S.filed, "reopened": S.reopened}),
        (closed, (filed, filed), {"filed": S.filed}),
    ],
)
def test_of_two_steps_that_meet_one_is_taken(
    desk: Desk, begin: Callable[[Desk], int], acts: tuple[Act, Act], ends: dict[str, ComplaintState]
) -> None:
    case_id = begin(desk)

    def work() -> AbstractContextManager[Any]:
        return desk.work(as_("zhouhui"))

    said = both(work, *(lambda act=act: (get_case(case_id), act(case_id))[1] for act in acts))
    if said == ["closed", "reopened"]:  # one after the other, which may be
        assert desk.state(case_id) is S.reopened
        return
    assert REFUSED in said or said == ["filed", "filed"]
    [won] = {each for each in said if each != REFUSED}
    assert desk.state(case_id) is ends[won]
