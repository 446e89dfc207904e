"""Every page of retention and destruction, as those who use them meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.archive.disposal.models import ArchiveHold, DisposalLine, DisposalList, DisposalState, Opinion, Tombstone
from crm.archive.dossiers.models import Dossier
from crm.auth.models import User, UserEstate
from crm.auth.permissions import ROLES, RoleName
from crm.demo.cast import DEMO_PASSWORD
from crm.notifications.models import Notification
from crm.properties.models import Estate
from tests.archive.disposal.making import (
    APPROVER,
    AUDIT,
    BUSINESS,
    PROPOSER,
    SECOND,
    WITNESS,
    make_closed,
    make_hold,
    make_list,
    make_over,
)
from tests.test_permissions import address, routes

SignIn = Callable[[str], FlaskClient]
PASSWORD = {"confirming_password": DEMO_PASSWORD}


def _line_id(db, list_id: int) -> int:
    return db.scalars(select(DisposalLine.id).filter_by(list_id=list_id)).one()


def _opinion(line_id: int, seat: str, outcome: str = "destroy", **given: str) -> dict[str, str]:
    return {
        "seat": seat,
        "version": "1",
        "lines-0-line_id": str(line_id),
        "lines-0-outcome": outcome,
        "lines-0-words": "已无保存价值",
        **given,
    }


def test_a_list_from_the_proposal_to_the_page_of_what_was(sign_in: SignIn, db) -> None:
    dossier = make_over()
    archivist = sign_in(PROPOSER)
    assert dossier.title in archivist.get("/archive/disposal/?standing=free").text
    form = archivist.get("/archive/disposal/new")
    assert dossier.code in form.text
    sent = {"title": "到期档案", "dossiers": str(dossier.id), "key": "k1"}
    there = archivist.post("/archive/disposal/new", data=sent).headers["Location"]
    assert archivist.post("/archive/disposal/new", data=sent).headers["Location"] == there  # sent twice
    made = db.scalars(select(DisposalList)).one()
    line_id = _line_id(db, made.id)
    for who, seat in ((PROPOSER, "archive"), (BUSINESS, "business"), (AUDIT, "audit")):
        client = sign_in(who)
        assert client.get(f"{there}/opine").status_code == 200
        assert client.post(f"{there}/opine", data=_opinion(line_id, seat)).status_code == 302
    db.expire_all()
    manager = sign_in(APPROVER)
    assert made.number in manager.get("/approvals").text
    asked = manager.post(f"{there}/approve", data={"version": str(made.version)})
    assert "confirming_password" in asked.text
    manager.post(f"{there}/approve", data={"version": str(made.version), **PASSWORD})
    db.expire_all()
    assert made.state is DisposalState.approved
    assert _rung(db) == {BUSINESS, AUDIT, APPROVER, "tangfeng", PROPOSER}, "whoever was next, each in turn"
    assert "冷静期至" in sign_in(WITNESS).get(f"{there}/count").text
    assert sign_in(PROPOSER).post(f"{there}/list.pdf").data.startswith(b"%PDF")


def _rung(db) -> set[str]:
    return set(db.scalars(select(User.username).join(Notification, Notification.user_id == User.id)))


def test_witnesses_count_and_three_sign(sign_in: SignIn, db) -> None:
    dossier = make_over()
    made = make_list(dossier, state=DisposalState.approved)
    there, line_id = f"/archive/disposal/lists/{made.id}", _line_id(db, made.id)
    first = {"lines-0-line_id": str(line_id), "lines-0-pages": "2", "version": "1", **PASSWORD}
    wrong = sign_in(WITNESS).post(f"{there}/count", data=first)
    assert wrong.status_code == 422
    assert 'value="2"' in wrong.text
    for version, who in ((1, WITNESS), (2, SECOND)):
        right = first | {"lines-0-pages": "1", "version": str(version)}
        assert sign_in(who).post(f"{there}/count", data=right).status_code == 302
    assert "请两名监销人先签字" in sign_in(PROPOSER).get(f"{there}/destroy").text
    for who in (WITNESS, SECOND):
        assert sign_in(who).post(f"{there}/attest", data={"version": "3", **PASSWORD}).status_code == 302
    archivist = sign_in(PROPOSER)
    assert archivist.post(f"{there}/destroy", data={"version": "3", **PASSWORD}).status_code == 302
    assert db.scalar(select(func.count(Tombstone.id))) == 1
    gone = archivist.get(f"/archive/dossiers/{dossier.id}")
    assert gone.status_code == 410
    assert "存目" in gone.text
    for page in ("spine", "file", "custody", "attachments/new", "catalogue"):
        assert archivist.get(f"/archive/dossiers/{dossier.id}/{page}").status_code in (404, 405, 410)
    assert dossier.title in archivist.get("/archive/dossiers?state=destroyed").text
    for what in ("opinions", "certificate"):
        assert archivist.post(f"{there}/{what}.pdf").data.startswith(b"%PDF")
    found = archivist.get(f"/verify?code={made.number}").text
    assert found.count("鉴定小组意见") == found.count("销毁证明") == 1
    assert found.count(dossier.code) == 2
    assert dossier.code not in sign_in("limin").get(f"/verify?code={made.number}").text
    assert archivist.get(there).status_code == 200


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"lines-0-words": ""}, "lines-0-words-error"),
        ({"lines-0-outcome": "extend"}, "lines-0-outcome-error"),
        ({"lines-0-outcome": "extend", "lines-0-years": "0"}, "lines-0-years-error"),
        ({"lines-0-line_id": "999999"}, "请对清册中的每一卷填写意见"),
        ({"seat": "audit"}, "seat-error"),
    ],
)
def test_a_wrong_opinion_keeps_what_was_typed(sign_in: SignIn, db, typed: dict[str, str], told: str) -> None:
    made = make_list(make_over())
    data = _opinion(_line_id(db, made.id), "business") | typed
    answer = sign_in(BUSINESS).post(f"/archive/disposal/lists/{made.id}/opine", data=data)
    assert answer.status_code == 422
    assert told in answer.text
    assert db.scalar(select(func.count(Opinion.id))) == 0


def _answers(app: Flask, client: FlaskClient, role: str, ids: dict[str, object]) -> dict[tuple[str, str], int]:
    """What the role gets from every route about a list, a hold or a dossier, with the own password."""
    return {
        (rule.endpoint, method): client.open(address(app, rule, ids), method=method, data=PASSWORD).status_code
        for rule, method in routes(app)
        if rule.endpoint.startswith("disposal.") and rule.arguments
        if app.view_functions[rule.endpoint].permission in ROLES[RoleName(role)]  # type: ignore[attr-defined]
    }


def _scope(db, username: str, estate: Estate) -> None:
    user = db.scalars(select(User).filter_by(username=username)).one()
    user.all_estates = False
    db.add(UserEstate(user_id=user.id, estate_id=estate.id))
    db.commit()


@pytest.mark.parametrize(("role", "username"), [("archivist", PROPOSER), ("general_manager", APPROVER)])
def test_another_estates_list_and_hold_are_not_there(
    app: Flask, sign_in: SignIn, db, estate: Estate, other_estate: Estate, role: str, username: str
) -> None:
    """Whoever sees the estate finds each page; whoever sees another one finds none."""
    dossier = make_closed(other_estate)
    made, hold = make_list(dossier, estate=other_estate), make_hold(dossier)
    ids = {"disposal_list_id": made.id, "hold_id": hold.id, "dossier_id": dossier.id, "paper_kind": "list"}
    client = sign_in(username)
    assert 404 not in _answers(app, client, role, ids).values()
    assert made.number in client.get("/archive/disposal/lists").text
    assert dossier.code in client.get("/archive/disposal/").text
    _scope(db, username, estate)
    assert {k: v for k, v in _answers(app, client, role, ids).items() if v != 404} == {}
    assert made.number not in client.get("/archive/disposal/lists").text
    assert dossier.code not in client.get("/archive/disposal/").text
    assert made.number not in client.get("/").text + client.get("/approvals").text


def test_another_estates_dossiers_are_not_proposed(sign_in: SignIn, db, estate: Estate, other_estate: Estate) -> None:
    dossier = make_closed(other_estate)
    _scope(db, PROPOSER, estate)
    archivist = sign_in(PROPOSER)
    sent = {"title": "到期档案", "dossiers": str(dossier.id), "key": "k1"}
    assert archivist.post(f"/archive/disposal/new?estate={other_estate.id}", data=sent).status_code == 404
    assert archivist.post(f"/archive/disposal/new?estate={estate.id}", data=sent).status_code == 422
    assert db.scalar(select(func.count(DisposalList.id))) == 0


def test_a_customers_list_is_witnessed_by_who_sees_the_estate(
    sign_in: SignIn, db, estate: Estate, other_estate: Estate
) -> None:
    """Though such a witness sees no customers."""
    made = make_list(make_closed(estate), estate=estate, state=DisposalState.approved)
    there = f"/archive/disposal/lists/{made.id}/count"
    assert sign_in("wanglei").get(there).status_code == 200
    _scope(db, "wanglei", other_estate)
    assert sign_in("wanglei").get(there).status_code == 404


def test_a_hold_is_seen_on_the_dossiers_page_and_lifted_by_another(sign_in: SignIn, db) -> None:
    dossier = make_over()
    archivist = sign_in(PROPOSER)
    archivist.post(f"/archive/disposal/dossiers/{dossier.id}/hold", data={"reason": "诉讼未结"})
    hold = db.scalars(select(ArchiveHold)).one()
    page = archivist.get(f"/archive/dossiers/{dossier.id}").text
    assert "诉讼未结" in page
    assert f"/holds/{hold.id}/lift" not in page  # one's own
    assert archivist.get(f"/archive/disposal/holds/{hold.id}/lift").status_code == 403
    assert archivist.post(f"/archive/disposal/dossiers/{dossier.id}/hold", data={"reason": ""}).status_code == 422
    manager = sign_in(APPROVER)
    assert f"/holds/{hold.id}/lift" in manager.get(f"/archive/dossiers/{dossier.id}").text
    assert manager.post(f"/archive/disposal/holds/{hold.id}/lift", data={"reason": "已结案"}).status_code == 302


def test_withdrawn_with_a_reason(sign_in: SignIn, db) -> None:
    made = make_list(make_over())
    archivist = sign_in(PROPOSER)
    there = f"/archive/disposal/lists/{made.id}"
    assert archivist.post(f"{there}/withdraw", data={"version": "1", "reason": ""}).status_code == 422
    archivist.post(f"{there}/withdraw", data={"version": "1", "reason": "清点有误"})
    assert "清点有误" in archivist.get(there).text
    assert db.scalar(select(Dossier.state)) != "destroyed"


def test_homes_tell_whose_turn_it_is(sign_in: SignIn) -> None:
    listed = make_list(make_over())
    counting = make_list(make_over(), state=DisposalState.approved)
    assert listed.number in sign_in(BUSINESS).get("/").text
    assert counting.number in sign_in(WITNESS).get("/").text
    counted = make_list(make_over(), state=DisposalState.counted)
    assert counted.number in sign_in(PROPOSER).get("/").text
