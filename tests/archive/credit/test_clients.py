"""Clients: numbers sealed and masked, doubles named at entry, who sees whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.archive.credit.models import Client, ClientKind, Project, ProjectState
from crm.audit.models import LogEntry
from crm.auth.permissions import RoleName
from crm.secrecy import blind_index
from tests import factories as make

SignIn = Callable[[str], FlaskClient]
ID_NUMBER, CODE, PHONE = "430102199001011238", "91350100M000100Y43", "13907311443"


def person(**given: Any) -> dict[str, Any]:
    return {"name": "周建民", "id_number": ID_NUMBER, "phone": "139 0731 1443", "address": "解放路8号", **given}


def index_of(app: Flask, number: str) -> str:
    with app.app_context():
        return blind_index(number)


def registered(client: FlaskClient, db: Session, **given: Any) -> Client:
    answer = client.post("/credit/clients/new?kind=person", data=person(**given))
    assert answer.status_code == 302, answer.text
    db.expire_all()
    return db.get_one(Client, int(answer.location.rsplit("/", 1)[1]))


def test_an_id_number_is_sealed_and_masked(app: Flask, sign_in: SignIn, db: Session) -> None:
    client = sign_in("wanglei")
    made = registered(client, db)
    assert made.id_sealed
    assert ID_NUMBER.encode() not in made.id_sealed
    assert (made.id_index, made.id_masked, made.phone) == (index_of(app, ID_NUMBER), "430102********1238", PHONE)
    for page in ("/credit/clients/", f"/credit/clients/{made.id}", f"/credit/clients/{made.id}/edit"):
        text = client.get(page).text
        assert ID_NUMBER not in text
        assert PHONE not in text
    assert "139****1443" in client.get("/credit/clients/").text


@pytest.mark.parametrize(("what", "number"), [("id_number", ID_NUMBER), ("phone", PHONE)])
def test_a_number_in_full_once_for_a_reason(sign_in: SignIn, db: Session, what: str, number: str) -> None:
    client = sign_in("wanglei")
    address = f"/credit/clients/{registered(client, db).id}/reveal?what={what}"
    assert number not in client.get(address).text
    assert client.post(address, data={"reason": "other"}).status_code == 422
    shown = client.post(address, data={"reason": "contract", "note": "借款合同"})
    assert number in shown.text
    db.expire_all()
    entry = db.scalars(select(LogEntry).where(LogEntry.kind == "ClientNumberShown")).one()
    assert (entry.data["what"], entry.data["reason"], entry.actor) == (what, "contract: 借款合同", "王磊")
    assert number not in str(entry.data)


def test_where_no_number_is_known(sign_in: SignIn, db: Session) -> None:
    client = sign_in("wanglei")
    made = registered(client, db, id_number="")
    answer = client.post(f"/credit/clients/{made.id}/reveal?what=id_number", data={"reason": "contract"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("person", {"name": ""}),
        ("person", {"name": "周建民", "id_number": "430102199001011239"}),
        ("person", {"name": "周建民", "id_number": "111111111111111111"}),
        ("person", {"name": "周建民", "phone": "12345"}),
        ("person", {"name": "周" * 61}),
        ("company", {"name": "鑫源商贸", "credit_code": "91350100M000100Y44"}),
        ("company", {"name": "鑫源商贸", "credit_code": "9135"}),
    ],
)
def test_what_is_typed_wrongly_stays_and_nothing_is_kept(
    sign_in: SignIn, db: Session, kind: str, wrong: dict[str, str]
) -> None:
    answer = sign_in("wanglei").post(f"/credit/clients/new?kind={kind}", data=wrong)
    assert answer.status_code == 422
    assert all(value in answer.text for value in wrong.values())
    assert db.scalar(select(func.count(Client.id))) == 0


def test_a_client_known_already_is_named_at_entry(sign_in: SignIn, db: Session) -> None:
    registered(sign_in("wanglei"), db)
    other = sign_in("zhaoqian")
    for typed in (person(), person(name="周健民"), person(id_number="")):
        answer = other.post("/credit/clients/new?kind=person", data=typed)
        assert answer.status_code == 422
        assert "可能已经登记过" in answer.text
        assert "王磊" in answer.text
        assert ID_NUMBER not in answer.text.replace(f'value="{ID_NUMBER}"', "")
    assert other.post("/credit/clients/new?kind=person", data=person(id_number="", anyway="y")).status_code == 302


def test_an_application_takes_the_client_that_stands(sign_in: SignIn, db: Session) -> None:
    known = registered(sign_in("wanglei"), db)
    other = sign_in("zhaoqian")
    form = {
        "kind": "loan", "client_kind": "person", "name": "周建民", "id_number": ID_NUMBER, "amount": "50万",
        "term_months": 6, "rate": "15", "applied_on": "2026-04-01",
        "a_id": make.user_called("zhaoqian").id, "b_id": make.user_called("wanglei").id,
    }  # fmt: skip
    asked = other.post("/credit/projects/new", data=form)
    assert asked.status_code == 422
    assert "是不是下面的客户" in asked.text
    assert db.scalar(select(func.count(Project.id))) == 0
    foreign = make.make_client("别的公司")
    assert other.post("/credit/projects/new", data=form | {"known": str(foreign.id)}).status_code == 302
    db.expire_all()  # what was not offered is not taken: the client is registered anew
    assert db.scalars(select(Project.client_id)).one() not in (foreign.id, known.id)
    assert other.post("/credit/projects/new", data=form | {"known": str(known.id)}).status_code == 302
    db.expire_all()
    assert db.scalars(select(Project.client_id).order_by(Project.id)).all()[-1] == known.id


def test_a_client_nobody_gave_to_one_cannot_be_chosen(sign_in: SignIn) -> None:
    foreign = make.make_client()
    form = {"kind": "loan", "client_id": foreign.id, "amount": "50万", "term_months": 6, "rate": "15"}
    form |= {
        "applied_on": "2026-04-01",
        "a_id": make.user_called("wanglei").id,
        "b_id": make.user_called("zhaoqian").id,
    }
    assert sign_in("wanglei").post("/credit/projects/new", data=form).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "很多"},
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "1.234"},
        {"amount": "99999999亿"},
        {"term_months": "0"},
        {"term_months": "半年"},
        {"rate": "两分"},
        {"rate": "101"},
        {"applied_on": "2026-13-01"},
        {"applied_on": "2099-01-01"},
        {"name": ""},
        {"b_id": "same"},
    ],
)
def test_a_wrong_application_is_not_kept(sign_in: SignIn, db: Session, wrong: dict[str, str]) -> None:
    a, b = make.user_called("wanglei").id, make.user_called("zhaoqian").id
    form = {"kind": "loan", "client_kind": "company", "name": "鑫源", "amount": "50万", "term_months": 6, "rate": "15"}
    form |= {"applied_on": "2026-04-01", "a_id": a, "b_id": b, **wrong}
    form["b_id"] = a if wrong.get("b_id") == "same" else b
    answer = sign_in("wanglei").post("/credit/projects/new", data=form)
    assert answer.status_code == 422
    assert all(value in answer.text for value in wrong.values() if value != "same")
    assert db.scalar(select(func.count(Project.id))) == db.scalar(select(func.count(Client.id))) == 0


def test_changing_a_client_keeps_numbers_that_were_not_typed(app: Flask, sign_in: SignIn, db: Session) -> None:
    client = sign_in("wanglei")
    made = registered(client, db)
    form = {"name": "周建民", "address": "解放路9号", "version": made.version}
    assert client.post(f"/credit/clients/{made.id}/edit", data=form).status_code == 302
    db.expire_all()
    kept = db.get_one(Client, made.id)
    assert (kept.address, kept.phone, kept.id_index) == ("解放路9号", PHONE, index_of(app, ID_NUMBER))
    assert client.post(f"/credit/clients/{made.id}/edit", data=form | {"address": "别处"}).status_code == 409
    new = form | {"version": kept.version, "id_number": "110101199003071233", "phone": "13800010002"}
    assert client.post(f"/credit/clients/{made.id}/edit", data=new).status_code == 302
    db.expire_all()
    changes = [entry.data["changes"] for entry in db.scalars(select(LogEntry).where(LogEntry.kind == "ClientChanged"))]
    assert changes[0] == {"address": ["解放路8号", "解放路9号"]}
    assert changes[1]["id_number"] == ["430102********1238", "110101********1233"]
    assert changes[1]["phone"] == ["139****1443", "138****0002"]


def test_one_sees_ones_own_and_whoever_oversees_sees_all(sign_in: SignIn, db: Session) -> None:
    stranger = make.make_user(RoleName.project_manager)
    third = make.make_user(RoleName.project_manager)
    own, foreign = make.make_project(), make.make_project(a_id=stranger.id, b_id=third.id)
    for who in ("wanglei", "zhaoqian"):
        client = sign_in(who)
        assert client.get(f"/credit/projects/{own.id}").status_code == 200
        assert client.get(f"/credit/clients/{own.client_id}").status_code == 200
        for address in (
            f"/credit/projects/{foreign.id}",
            f"/credit/projects/{foreign.id}/edit",
            f"/credit/projects/{foreign.id}/guarantors/new",
            f"/credit/clients/{foreign.client_id}",
            f"/credit/clients/{foreign.client_id}/reveal",
        ):
            assert client.get(address).status_code == 404, address
        assert client.post(f"/credit/projects/{foreign.id}/sheet.pdf").status_code == 404
        text = client.get("/credit/").text
        assert own.title.split()[0] in text
        assert foreign.title.split()[0] not in text
    for who in ("fengxue", "xujing", "shentao", "hanbing", "tangfeng", "caoning"):
        text = sign_in(who).get("/credit/").text
        assert own.title.split()[0] in text
        assert foreign.title.split()[0] in text
    for who in ("limin", "liuyang", "wudan"):
        assert sign_in(who).get("/credit/").status_code == 403


def test_evidence_belongs_to_its_project(sign_in: SignIn) -> None:
    mine, other = make.make_project(ProjectState.ended), make.make_project(ProjectState.ended)
    client = sign_in("wanglei")
    assert client.get(f"/credit/projects/{mine.id}/evidence/{other.end_evidence_id}").status_code == 404
    assert client.get(f"/files/{mine.end_evidence_id}").status_code == 403


def test_a_name_alone_gives_no_foreign_client_away(sign_in: SignIn, db: Session) -> None:
    """Whoever has the number has the client; a name is known to many (decision 023)."""
    foreign = make.make_client("周建民", registered_by_id=make.user_called("zhaoqian").id)
    a = sign_in("wanglei")
    form = {
        "kind": "loan", "client_kind": "person", "name": "周建民", "amount": "100万", "term_months": 6, "rate": "7.2",
        "applied_on": "2026-04-01", "a_id": make.user_called("wanglei").id, "b_id": make.user_called("zhaoqian").id,
    }  # fmt: skip
    assert a.post("/credit/projects/new", data=form | {"known": str(foreign.id)}).status_code == 302
    db.expire_all()
    assert db.scalars(select(Project.client_id)).one() != foreign.id
    assert a.get(f"/credit/clients/{foreign.id}").status_code == 404


def test_duplicates_by_credit_code(sign_in: SignIn, db: Session) -> None:
    client = sign_in("wanglei")
    make.make_client("鑫源商贸", credit_code=CODE, kind=ClientKind.company)
    answer = client.post("/credit/clients/new", data={"name": "另一个名字", "credit_code": CODE.lower()})
    assert answer.status_code == 422
    assert "鑫源商贸" in answer.text
