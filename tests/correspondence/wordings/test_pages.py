"""Texts to begin with: kept, looked at, taken out of use; only listed placeholders are replaced, as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.correspondence.wordings.models import Wording, WordingKind
from crm.correspondence.wordings.placeholders import PLACEHOLDERS, samples
from crm.correspondence.wordings.seeding import seed
from crm.correspondence.wordings.wording import fault_of, filled, misspelt
from tests.correspondence.letters.making import make_wording

Work, SignIn = Callable[..., Any], Callable[[str], FlaskClient]
KNOWN = PLACEHOLDERS[WordingKind.letter]


@pytest.mark.parametrize(
    "payload", ["{{7*7}}", "{0.__class__}", "{name.__class__}", "{name!r}", "{}", "%s", "<script>"]
)
def test_nothing_but_listed_placeholders_is_replaced(payload: str) -> None:
    values = {**samples(WordingKind.letter), "name": payload}
    assert filled(f"{payload}|{{name}}", values, KNOWN) == f"{payload}|{payload}"


@pytest.mark.parametrize(
    ("text", "wordings", "letters"),
    [
        ("尊敬的{name}", False, False),
        ("{nmae}", True, True),
        ("{{7*7}}", True, False),
        ("{0.__class__}", True, False),
        ("{", True, False),
        ("没有括号 %s", False, False),
    ],
)
def test_what_is_a_fault(app: Any, text: str, wordings: bool, letters: bool) -> None:
    with app.test_request_context():
        assert (bool(fault_of(text, KNOWN)), bool(misspelt(text, KNOWN))) == (wordings, letters)


def test_the_shipped_texts_know_their_placeholders_and_come_once(app: Any, work: Work, db: Session) -> None:
    with work():
        seed()
        seed()
    found = db.scalars(select(Wording)).all()
    assert {each.kind for each in found} == set(WordingKind)
    with app.test_request_context():
        for each in found:
            assert fault_of(each.subject + each.body, PLACEHOLDERS[each.kind]) == "", each.name
            values = samples(each.kind)
            assert "{" not in filled(each.body, values, PLACEHOLDERS[each.kind])
    assert len({(each.kind, each.name) for each in found}) == len(found)


def test_a_wording_is_added_changed_and_taken_out_of_use(db: Session, sign_in: SignIn) -> None:
    client = sign_in("service_desk")
    assert "{begins}" in client.get("/letters/wordings/new?kind=notice").text
    assert client.get("/letters/wordings/new?kind=poem").status_code == 404
    said = {"name": "复函二", "subject": "关于{their_subject}", "body": "尊敬的{name}：\n\n<b>收悉</b>。"}
    made = client.post("/letters/wordings/new?kind=letter", data=said)
    assert made.status_code == 302
    shown = client.get(made.location).text
    assert "尊敬的欧阳娜娜：" in shown
    assert "&lt;b&gt;收悉&lt;/b&gt;" in shown
    wording = db.scalars(select(Wording)).one()
    path = f"/letters/wordings/{wording.id}"
    taken = client.post("/letters/wordings/new", data=said)
    assert (taken.status_code, "复函二" in taken.text) == (422, True)
    unknown = client.post(f"{path}/edit", data={**said, "version": wording.version, "body": "{begins}起停水"})
    assert (unknown.status_code, "{begins}起停水" in unknown.text) == (422, True)
    kept = client.post(f"{path}/edit", data={**said, "version": wording.version, "body": "您好"})
    assert kept.status_code == 302
    stale = client.post(f"{path}/edit", data={**said, "version": 1, "body": "另一句"})
    assert (stale.status_code, "另一句" in stale.text) == (409, True)
    for verb, active in (("retire", False), ("retire", False), ("restore", True)):
        assert client.post(f"{path}/{verb}").status_code == 302
        db.expire_all()
        assert db.get_one(Wording, wording.id).active is active
    told = select(LogEntry.kind).where(LogEntry.kind.like("Wording%")).order_by(LogEntry.id)
    assert list(db.scalars(told)) == ["WordingAdded", "WordingChanged", "WordingChanged", "WordingChanged"]


def test_a_name_that_was_taken_meanwhile_is_not_brought_back(db: Session, sign_in: SignIn) -> None:
    old, client = make_wording("复函", active=False), sign_in("service_desk")
    make_wording("复函")
    assert client.post(f"/letters/wordings/{old.id}/restore").status_code == 409
    assert db.scalar(select(func.count(Wording.id)).where(Wording.active)) == 1


def test_who_writes_no_notices_keeps_no_wordings(sign_in: SignIn) -> None:
    made = make_wording()
    for path in ("", "new", f"{made.id}", f"{made.id}/edit"):
        assert sign_in("cashier").get(f"/letters/wordings/{path}").status_code == 403


def test_a_wording_is_never_deleted(db: Session) -> None:
    made = make_wording()
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(delete(Wording).where(Wording.id == made.id))
