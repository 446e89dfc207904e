"""Several who complained of the same: each is asked, and the case waits until they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.complaints.cases import queries, service
from crm.complaints.cases.invariants import faults
from crm.complaints.cases.models import Complaint, ComplaintCallback, ComplaintCaller, ComplaintState, Outcome
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Found, Heard, Said
from crm.complaints.cases.service.steps import CALLS, STEPS
from crm.dates import business_day, telling
from crm.errors import DomainError, IllegalTransition, NotEntitled
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import NOW, make_callback, make_caller, make_case, received
from tests.repairs.making import user_called

S = ComplaintState
Work = Callable[..., Any]
Two = tuple[Complaint, ComplaintCaller, ComplaintCaller]
SignIn = Callable[[str], FlaskClient]
FOUND = Found(cause="response", words="没人", outcome=Outcome.unjustified)
LATER = NOW + timedelta(hours=8)
PROMISED = date(2026, 11, 27)


@pytest.fixture
def two(estate: Estate) -> Two:
    """A case that is replied to, with two who want word of it, one who wants none and one who is not to be named."""
    case = make_case(estate, S.replied, make.make_unit(estate))
    first = make_caller(case, make.make_customer(estate, "头一位"), digits="13786420011")
    for other in ({"wants_word": False}, {"anonymous": True}, {"digits": ""}):
        make_caller(case, name="诸葛亮", **other)
    second = make_caller(case, make.make_customer(estate, "第二位"), digits="13800138000")
    return case, first, second


def asked(work: Work, case: Complaint, caller: ComplaintCaller, *, satisfied: bool | None) -> None:
    with telling(LATER), work(as_("zhouhui")):
        service.call_back(get_case(case.id), Heard(satisfied=satisfied, words="说了", caller_id=caller.id))


def state_of(db: Session, case: Complaint) -> ComplaintState:
    db.expire_all()
    return db.get_one(Complaint, case.id).state


def listed(work: Work, who: str = "zhouhui") -> list[tuple[str, int]]:
    """Whom to call and how often each was tried in vain; the bell counts as many."""
    with work(as_(who)) as own:
        rows = own.execute(queries.to_call(PROMISED)).all()
        assert len(rows) == queries.due_to_call(PROMISED)
        return [(row.caller, row.attempts) for row in rows]


def test_one_after_the_other_until_all_were_asked(work: Work, db: Session, two: Two) -> None:
    case, first, second = two
    asked(work, case, first, satisfied=True)
    assert state_of(db, case) is S.called_back
    assert listed(work) == [("第二位", 0)]
    with work(as_("zhouhui")):
        found = get_case(case.id)
        assert set(STEPS.offered(found)) >= CALLS
        assert "close" not in STEPS.offered(found)
        with pytest.raises(IllegalTransition, match="第二位"):
            service.close(found, FOUND)
    asked(work, case, second, satisfied=True)
    assert listed(work) == []
    with telling(LATER), work(as_("zhouhui")):
        assert state_of(db, case) is S.called_back
        found = get_case(case.id)
        assert not CALLS & set(STEPS.offered(found))
        with pytest.raises(IllegalTransition):
            service.call_back(found, Heard(satisfied=True, caller_id=second.id))
        service.close(found, FOUND)
    assert state_of(db, case) is S.closed


def test_the_second_is_not_content(work: Work, db: Session, two: Two) -> None:
    """Then all are asked anew about the next reply."""
    case, first, second = two
    asked(work, case, first, satisfied=True)
    asked(work, case, second, satisfied=False)
    db.expire_all()
    again = db.get_one(Complaint, case.id)
    assert (again.state, again.level, again.reopened, again.satisfied) == (S.reopened, 1, 1, False)
    with telling(LATER + timedelta(hours=1)), work(as_("shentao")):
        found = get_case(case.id)
        service.investigate(found)
        service.plan(found, "换管")
    with telling(LATER + timedelta(hours=2)), work(as_("hanbing")):
        found = get_case(case.id)
        service.approve_plan(found)
        service.reply(found, "整根换了")
    with work(as_("zhouhui")):
        assert [caller.id for caller, _tries in queries.unasked_of(case.id)] == [first.id, second.id]


@pytest.mark.parametrize("state", [S.replied, S.called_back])
@pytest.mark.parametrize(("first_tries", "second_tries"), [(3, 2), (0, 3), (3, 3), (6, 0)])
def test_each_is_tried_often_enough(
    work: Work,
    two: Two,
    state: S,
    first_tries: int,
    second_tries: int,
) -> None:
    case, first, second = two
    for caller, count in ((first, first_tries), (second, second_tries)):
        for _time in range(count):
            make_callback(case, caller_id=caller.id)
    if state is S.called_back:
        asked(work, case, first, satisfied=True)
    enough = second_tries >= 3 and (state is S.called_back or first_tries >= 3)
    with work(as_("zhouhui")):
        found = get_case(case.id)
        assert ("close" in STEPS.offered(found)) is enough
        assert STEPS.hindrance(found, "content") == "", "whoever is reached late is asked all the same"
    assert listed(work) == [("第二位", second_tries) if state is S.called_back else ("头一位", first_tries)]


def test_nobody_is_asked_twice(work: Work, db: Session, two: Two) -> None:
    case, first, _second = two
    asked(work, case, first, satisfied=True)
    with pytest.raises(DomainError):
        asked(work, case, first, satisfied=False)
    assert state_of(db, case) is S.called_back
    assert len(db.scalars(select(ComplaintCallback)).all()) == 1


def test_whoever_handled_it_does_not_ask_the_second_either(work: Work, estate: Estate, db: Session, two: Two) -> None:
    case, first, second = two
    asked(work, case, first, satisfied=True)
    with work():
        get_case(case.id).handler_id = user_called("limin").id
    assert listed(work, "limin") == []
    with work(as_("limin")), pytest.raises(NotEntitled):
        service.call_back(get_case(case.id), Heard(satisfied=True, caller_id=second.id))


def test_the_case_says_what_its_steps_say(work: Work, estate: Estate) -> None:
    with telling(NOW), work(as_("limin")):
        case = received(estate)
        service.note_caller(case, service.Caller(name="第二位", digits="13800138000"))
        service.acknowledge(case, Said(note="今天派人"))
        service.STEPS.take(case, "classify")
        service.investigate(case)
        service.reply(case, "已修好")
        ids = [caller.id for caller, _tries in queries.unasked_of(case.id)]
    for caller_id in ids:
        with telling(LATER), work(as_("zhouhui")):
            service.call_back(get_case(case.id), Heard(satisfied=True, caller_id=caller_id))
            assert faults() == []
    with work(as_("zhouhui")) as own:
        assert [step.action for step in STEPS.of(case.id)][-2:] == ["content", "content"]
        assert own.get_one(Complaint, case.id).satisfied is True


def test_the_pages_say_who_was_not_asked(app: Flask, sign_in: SignIn, db: Session, two: Two) -> None:
    case, first, second = two
    with telling(LATER):
        clerk, address = sign_in("zhouhui"), f"/complaints/callbacks/{case.id}"
        page = f"/complaints/{case.id}"
        with app.test_request_context(), force_locale("zh_CN"):
            badge = gettext("Not asked yet")
        assert clerk.get(page).text.count(badge) == 2
        sent = {"key": "k1", "answer": "satisfied", "score": "5", "caller_id": first.id}
        for _twice in range(2):
            assert clerk.post(address, data=sent).location == address, "the second is asked next"
        form = clerk.get(address).text
        assert "第二位" in form
        assert "头一位" not in form
        assert clerk.get(page).text.count(badge) == 1
        assert case.number in clerk.get("/complaints/callbacks/").text
        unreached = {"key": "k2", "answer": "unreached", "caller_id": second.id}
        assert clerk.post(address, data=unreached).location == "/complaints/callbacks/"
        assert clerk.post(address, data={**sent, "key": "k3", "caller_id": second.id}).location == page
        assert badge not in clerk.get(page).text
        assert case.number not in clerk.get("/complaints/callbacks/").text


@pytest.mark.parametrize("whom", ["first", "both"])
def test_the_next_case_has_somebody_who_was_not_tried_today(work: Work, two: Two, whom: str) -> None:
    case, first, second = two
    for caller in (first, second)[: 1 if whom == "first" else 2]:
        asked(work, case, caller, satisfied=None)
    with telling(LATER), work(as_("zhouhui")):
        get_case(case.id).callback_due_on = business_day()
        assert queries.next_to_call(business_day(), besides=0) == (case.id if whom == "first" else None)
