"""The list of corrective actions, the forms, the case page; what others cannot see or do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.complaints.cases.models import ComplaintState, CorrectiveAction
from crm.db import open_session
from crm.properties.models import Estate
from tests.complaints.hanging import make_action, make_done, make_dropped, make_verified
from tests.complaints.making import make_case
from tests.repairs.making import user_called

S = ComplaintState
SignIn = Callable[[str], FlaskClient]
LONG_AGO, LONG_AHEAD = date(2020, 1, 1), date(2099, 1, 1)


def fresh(action: CorrectiveAction) -> CorrectiveAction:
    with open_session() as db:
        return db.get_one(CorrectiveAction, action.id)


def actions(case: Any) -> list[CorrectiveAction]:
    with open_session() as db:
        return list(db.scalars(select(CorrectiveAction).filter_by(complaint_id=case.id)))


def form(**given: Any) -> dict[str, Any]:
    facts = {"what": "重排夜班", "due_on": "明天", "key": "k1", "owner_id": user_called("sunhao").id}
    return facts | given


def test_the_desk_adds_one_and_the_page_shows_it(sign_in: SignIn, estate: Estate) -> None:
    case, client = make_case(estate, S.acting), sign_in("limin")
    there = f"/complaints/{case.id}/actions/new"
    assert "孙浩" in client.get(there).text
    answer = client.post(there, data=form())
    assert answer.location == f"/complaints/{case.id}#actions"
    assert client.post(there, data=form()).status_code == 302, "sent twice it is one"
    [made] = actions(case)
    assert made.owner_id == user_called("sunhao").id
    page = client.get(f"/complaints/{case.id}").text
    assert "重排夜班" in page
    assert f"/complaints/actions/{made.id}/finish" not in page
    assert f"/complaints/actions/{made.id}/finish" in sign_in("sunhao").get(f"/complaints/{case.id}").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"owner_id": ""}, "owner_id"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "neulich"}, "due_on"),
    ],
)
def test_what_is_wrong_is_named_and_kept(sign_in: SignIn, estate: Estate, wrong: dict[str, str], field: str) -> None:
    case = make_case(estate, S.acting)
    answer = sign_in("limin").post(f"/complaints/{case.id}/actions/new", data=form(**wrong))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert wrong.get("what") or "重排夜班" in answer.text
    assert actions(case) == []


def test_from_done_to_verified(sign_in: SignIn, estate: Estate) -> None:
    case = make_case(estate, S.acting)
    action = make_action(case)
    own, lead = sign_in("sunhao"), sign_in("zhouhui")
    base = f"/complaints/actions/{action.id}"
    assert own.post(f"{base}/finish", data={"version": "1", "words": ""}).status_code == 422
    assert own.post(f"{base}/finish", data={"version": "1", "words": "已重排"}).status_code == 302
    assert own.post(f"{base}/finish", data={"version": "1", "words": "已重排"}).status_code == 422
    assert lead.post(f"{base}/send-back", data={"version": "1", "words": "没有贴出来"}).status_code == 409
    assert lead.post(f"{base}/send-back", data={"version": "2", "words": "没有贴出来"}).status_code == 302
    assert "没有贴出来" in own.get(f"/complaints/{case.id}").text
    assert own.post(f"{base}/finish", data={"version": "3", "words": "贴好了"}).status_code == 302
    assert lead.post(f"{base}/verify", data={"version": "4", "words": "看过排班表"}).status_code == 302
    assert fresh(action).state == "verified"
    assert "看过排班表" in lead.get(f"/complaints/{case.id}").text


def test_who_may_not(sign_in: SignIn, estate: Estate) -> None:
    action = make_action(make_case(estate, S.acting))
    base = f"/complaints/actions/{action.id}"
    for name in ("limin", "wudan"):
        for step in ("verify", "send-back", "drop"):
            assert sign_in(name).get(f"{base}/{step}").status_code == 403
        assert sign_in(name).get(f"{base}/finish").status_code == 403, "another's"
    assert sign_in("zhangjg").get("/complaints/actions/").status_code == 403
    assert sign_in("wudan").get(f"/complaints/{make_case(estate, S.acting).id}/actions/new").status_code == 403


def test_the_other_estates_do_not_exist(sign_in: SignIn, other_estate: Estate) -> None:
    case = make_case(other_estate, S.acting)
    action, client = make_action(case), sign_in("limin")
    assert client.get(f"/complaints/{case.id}/actions/new").status_code == 404
    assert client.get(f"/complaints/actions/{action.id}/finish").status_code == 404
    assert case.number not in client.get("/complaints/actions/").text


def test_the_list_and_its_filters(sign_in: SignIn, estate: Estate) -> None:
    case = make_case(estate, S.acting)
    made = {
        "open": make_action(case, what="甲项", due_on=LONG_AHEAD),
        "overdue": make_action(case, "limin", what="乙项", due_on=LONG_AGO),
        "done": make_done(case, what="丙项"),
        "verified": make_verified(case, what="丁项"),
        "dropped": make_dropped(case, what="戊项"),
    }
    client = sign_in("limin")

    def seen(query: str) -> set[str]:
        page = client.get(f"/complaints/actions/?{query}").text
        return {name for name, action in made.items() if action.what in page}

    assert seen("") == set(made)
    assert seen("state=unsettled") == {"open", "overdue", "done"}
    assert seen("state=overdue") == {"overdue"}
    assert seen("state=verified") == {"verified"}
    assert seen("whose=mine") == {"overdue"}
    assert seen(f"owner={user_called('limin').id}") == {"overdue"}
    assert seen("q=丁项") == {"verified"}


def test_the_page_asks_as_often_for_ten_as_for_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any]
) -> None:
    case, client = make_case(estate, S.acting), sign_in("zhouhui")
    make_done(case)
    client.get(f"/complaints/{case.id}")
    with queries() as one:
        client.get(f"/complaints/{case.id}")
    for _ in range(9):
        make_done(case)
    with queries() as ten:
        assert client.get(f"/complaints/{case.id}").status_code == 200
    assert len(one) == len(ten)
