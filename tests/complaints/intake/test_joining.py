"""Two cases of the same: one goes on with the callers of both, and what waits for either waits for that one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry, LogSubject
from crm.complaints.cases import service
from crm.complaints.cases.models import (
    OURS,
    UNREPLIED,
    CompensationKind,
    CompensationState,
    Complaint,
    ComplaintCaller,
    ComplaintState,
)
from crm.complaints.cases.models.records import Compensation, CorrectiveAction
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Said
from crm.complaints.categories.models import Severity
from crm.errors import DomainError, IllegalTransition
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.intake.making import NOON, make_case
from tests.complaints.making import make_caller
from tests.repairs.intake.test_pages import asked_about
from tests.repairs.making import kept, user_called

S = ComplaintState
LATER = datetime(2026, 12, 1, 9, tzinfo=UTC)  # than any case made here is due
WHY = Said(reason="同一户的噪声", key="form-1")
pytestmark = pytest.mark.usefixtures("noon")


def callers_of(db: Session, case: Complaint) -> list[ComplaintCaller]:
    db.expire_all()
    return list(db.scalars(select(ComplaintCaller).filter_by(complaint_id=case.id).order_by(ComplaintCaller.id)))


def events_of(db: Session, case: Complaint) -> list[str]:
    found = select(LogEntry.kind).join(LogSubject, LogSubject.entry_id == LogEntry.id).order_by(LogEntry.id)
    return list(db.scalars(found.where(LogSubject.kind == "complaint", LogSubject.object_id == case.id)))


def join(work: Any, case: Complaint, main: Complaint, said: Said = WHY, who: str = "hanbing") -> None:
    with work(as_(who)):
        service.join(get_case(case.id), get_case(main.id), said)


def test_the_callers_go_along_each_once(work: Any, db: Session, estate: Estate) -> None:
    case, main = make_case(estate), make_case(estate, S.acting, wants_callback=False)
    both = make.make_customer(estate)
    make_caller(main, customer_id=both.id)
    make_caller(case, customer_id=both.id)
    make_caller(case, name="", anonymous=True, digits="13907315678", tail="5678", words="我也听见")
    named = make_caller(case, name="司马相如", digits="13907310001", tail="0001", noted_by="周慧")
    join(work, case, main)
    ended, went_on = db.get_one(Complaint, case.id), db.get_one(Complaint, main.id)
    assert (ended.state, ended.joined_to_id) == (S.joined, main.id)
    assert (went_on.state, went_on.wants_callback) == (S.acting, True)
    first, anonymous, copied = callers_of(db, main)
    assert (first.customer_id, first.joined_from_id) == (both.id, None)
    assert (anonymous.anonymous, anonymous.words, anonymous.joined_from_id) == (True, "我也听见", case.id)
    assert (copied.name, copied.noted_by, copied.noted_at) == ("司马相如", "周慧", named.noted_at)
    assert len(callers_of(db, case)) == 3, "who complained of it stays on it"
    assert events_of(db, case) == ["ComplaintJoined", "ComplaintEnded"]
    assert events_of(db, main) == ["ComplaintJoined"]


def test_nobody_who_can_be_asked_changes_nothing(work: Any, db: Session, estate: Estate) -> None:
    case, main = make_case(estate), make_case(estate, S.replied, wants_callback=False, callback_due_on=None)
    make_caller(case, name="", anonymous=True, digits="13907315678", tail="5678")
    join(work, case, main)
    db.expire_all()
    assert not db.get_one(Complaint, main.id).wants_callback


@pytest.mark.parametrize("state", S)
def test_from_every_state(work: Any, db: Session, estate: Estate, state: ComplaintState) -> None:
    case, main = make_case(estate, state), make_case(estate, S.acting)
    if state in UNREPLIED:
        join(work, case, main)
    else:
        with pytest.raises(IllegalTransition):
            join(work, case, main)
    db.expire_all()
    assert db.get_one(Complaint, case.id).state is (S.joined if state in UNREPLIED else state)


@pytest.mark.parametrize("state", S)
def test_to_every_state(work: Any, db: Session, estate: Estate, state: ComplaintState) -> None:
    case, main = make_case(estate), make_case(estate, state)
    make_caller(case)
    if state in OURS:
        join(work, case, main)
    else:
        with pytest.raises(IllegalTransition, match="已办结"):
            join(work, case, main)
    db.expire_all()
    assert db.get_one(Complaint, case.id).state is (S.joined if state in OURS else S.received)
    assert len(callers_of(db, main)) == (state in OURS)


def test_not_to_itself_nor_to_another_estates(work: Any, estate: Estate, other_estate: Estate) -> None:
    case, theirs = make_case(estate), make_case(other_estate)
    with pytest.raises(DomainError, match="自己"):
        join(work, case, case)
    with pytest.raises(IllegalTransition, match="另一个小区"):
        join(work, case, theirs)


@pytest.mark.parametrize(
    ("mine", "others", "refused"),
    [
        ({"severity": Severity.urgent}, {}, "紧急"),
        ({"level": 1}, {}, "层级"),
        ({"severity": Severity.urgent}, {"severity": Severity.urgent}, ""),
        ({}, {"severity": Severity.urgent, "level": 2}, ""),
        ({}, {"result_due_at": LATER}, "."),
        ({}, {"result_due_at": LATER, "state": S.acting}, "."),
        ({}, {"result_due_at": LATER, "state": S.replied}, ""),
        ({"result_due_at": LATER}, {}, ""),
    ],
)
def test_no_promise_is_lost(
    work: Any, db: Session, estate: Estate, mine: dict[str, Any], others: dict[str, Any], refused: str
) -> None:
    """The one that goes on is no slower and no lower: it answers when either was promised, or has answered."""
    case, main = make_case(estate, **mine), make_case(estate, **others)
    if refused:
        with pytest.raises(IllegalTransition, match=refused):
            join(work, case, main)
    else:
        join(work, case, main)
    db.expire_all()
    assert (db.get_one(Complaint, case.id).state is S.joined) is not bool(refused)


@pytest.mark.parametrize("ending", [S.joined, S.withdrawn])
@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("part", ["action", "compensation"])
def test_what_nobody_would_see_any_more_is_ended_first(
    work: Any, db: Session, estate: Estate, part: str, done: bool, ending: ComplaintState
) -> None:
    case, main = make_case(estate), make_case(estate)
    if part == "action":
        owner = user_called("sunhao").id
        facts: dict[str, Any] = {"what": "换隔音垫", "owner_id": owner, "due_on": NOON.date(), "added_by": "周慧"}
        facts |= {"dropped_at": NOON, "dropped_words": "不需要"} if done else {}
        kept(CorrectiveAction(complaint_id=case.id, added_at=NOON, **facts))
    else:
        state = CompensationState.refused if done else CompensationState.asked
        facts = {
            "kind": CompensationKind.money,
            "amount": 100,
            "reason": "多次打扰",
            "state": state,
            "asked_by": "周慧",
        }
        kept(Compensation(complaint_id=case.id, asked_by_id=user_called("zhouhui").id, asked_at=NOON, **facts))
    if done:
        end(work, ending, case, main)
    else:
        with pytest.raises(DomainError, match="纠正措施" if part == "action" else "补偿"):
            end(work, ending, case, main)
    db.expire_all()
    assert db.get_one(Complaint, case.id).state is (ending if done else S.received)


def end(work: Any, ending: ComplaintState, case: Complaint, main: Complaint) -> None:
    if ending is S.joined:
        join(work, case, main)
    else:
        with work(as_("hanbing")):
            service.withdraw(get_case(case.id), Said(reason="客户撤诉"))


def test_sent_twice_it_is_one_step(work: Any, db: Session, estate: Estate) -> None:
    case, main = make_case(estate), make_case(estate)
    make_caller(case)
    for _twice in range(2):
        join(work, case, main)
    assert len(callers_of(db, main)) == 1


def test_a_case_that_was_joined_to_is_joined_on(work: Any, db: Session, estate: Estate) -> None:
    first, second, third = (make_case(estate) for _ in range(3))
    make_caller(first, name="司马相如")
    join(work, first, second)
    join(work, second, third, Said(reason="同一件事", key="form-2"))
    [caller] = callers_of(db, third)
    assert (caller.name, caller.joined_from_id) == ("司马相如", second.id)


def test_on_its_page(
    noon: None, sign_in: Callable[[str], FlaskClient], db: Session, estate: Estate, other_estate: Estate
) -> None:
    case, main, theirs = make_case(estate), make_case(estate), make_case(other_estate)
    make_caller(case, name="司马相如")
    client, at = sign_in("zhouhui"), f"/complaints/{case.id}/join"
    version = asked_about(client.get(at).text, "version")
    sent = {"version": version, "key": "form-1", "reason": "同一件事"}
    known = {"T2611-9999": "T2611-9999", theirs.number: theirs.number, case.number: "自己", "": "编号"}
    for number, words in known.items():
        refused = client.post(at, data=sent | {"number": number})
        assert refused.status_code == 422
        assert words in refused.text
    assert client.post(at, data=sent | {"number": main.number, "reason": ""}).status_code == 422
    sent |= {"number": f" {main.number.lower()} "}
    for _twice in range(2):
        assert client.post(at, data=sent).location == f"/complaints/{case.id}"
    assert main.number in client.get(f"/complaints/{case.id}").text
    page = client.get(f"/complaints/{main.id}").text
    assert "司马相如" in page
    assert f'href="/complaints/{case.id}">{case.number}</a>' in page
    assert len(callers_of(db, main)) == 1


@pytest.mark.parametrize("about", ["department", "person"])
def test_whoever_it_is_about_joins_it_to_nothing(
    noon: None, sign_in: Callable[[str], FlaskClient], db: Session, estate: Estate, about: str
) -> None:
    clerk = user_called("limin")
    facts = {"about_department_id": clerk.department_id} if about == "department" else {"about_user_id": clerk.id}
    case, main = make_case(estate, **facts), make_case(estate)
    sent = {"version": "1", "key": "form-1", "reason": "同一件事", "number": main.number}
    assert sign_in("limin").post(f"/complaints/{case.id}/join", data=sent).status_code in (409, 422)
    db.expire_all()
    assert db.get_one(Complaint, case.id).state is S.received


def about_someone(name: str) -> dict[str, Any]:
    """The engineers, 张建国 of them, or nobody."""
    user = user_called("zhangjg")
    both = {"about_department_id": user.department_id, "about_user_id": user.id}
    return {
        "department": {"about_department_id": user.department_id},
        "person": {"about_user_id": user.id},
        "both": both,
        "desk": {"about_department_id": user_called("limin").department_id},
        "nobody": {},
    }[name]


@pytest.mark.parametrize(
    ("of_case", "of_main", "refused"),
    [
        ("nobody", "department", False),
        ("department", "nobody", True),
        ("department", "desk", True),
        ("department", "both", False),
        ("person", "nobody", True),
        ("person", "department", False),
        ("both", "department", False),
        ("both", "both", False),
    ],
)
def test_whoever_it_is_about_can_end_the_other_as_little(
    noon: None, work: Any, db: Session, estate: Estate, of_case: str, of_main: str, refused: bool
) -> None:
    case, main = make_case(estate, **about_someone(of_case)), make_case(estate, **about_someone(of_main))
    if refused:
        with pytest.raises(IllegalTransition):
            join(work, case, main)
    else:
        join(work, case, main)
    db.expire_all()
    assert (db.get_one(Complaint, case.id).state is S.joined) is not refused


def test_the_other_estates_and_who_may_not(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, other_estate: Estate
) -> None:
    theirs, mine = make_case(other_estate), make_case(estate)
    assert sign_in("limin").get(f"/complaints/{theirs.id}/join").status_code == 404
    assert sign_in("zhangjg").get(f"/complaints/{mine.id}/join").status_code == 403
