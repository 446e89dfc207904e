"""Title documents and transfer lists in the browser's words: forms, refusals, who sees what, the paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.handover.models import Grade
from crm.archive.vault.models import TitleDocument, TitleSignature, TitleState, TitleTransfer, TransferState
from crm.demo.cast import DEMO_PASSWORD
from tests import factories as make
from tests.archive.vault.making import CUSTODIAN, MANAGER, A, B, make_lent_project, make_title, make_transfer
from tests.archive.vault.transfers.desk import Desk

SignIn = Callable[[str], FlaskClient]
PNG = "data:image/png;base64," + (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def desk(work: Callable[..., Any], db: Session) -> Desk:
    return Desk(work)


def test_the_whole_way_by_its_pages(desk: Desk, sign_in: SignIn, db: Session) -> None:
    clients = {who: sign_in(who) for who in (A, B, CUSTODIAN)}
    project = f"/archive/vault/projects/{desk.project.id}"
    facts = {
        "kind": "other_right",
        "name": "他项权证",
        "quantity": "1",
        "certificate_no": "湘他字001",
        "collateral_id": "",
    }
    when = {"obtained_on": "2026-11-24", "obtained_time": "9:30"}
    assert clients[A].post(f"{project}/documents/new", data=facts | when).status_code == 302
    entered = db.scalars(select(TitleDocument).order_by(TitleDocument.id.desc()).limit(1)).one()
    assert entered.state is TitleState.with_a
    assert "他项权证" in clients[A].get(f"{project}/transfer").text
    answer = clients[A].post(f"{project}/transfer", data={"title": [str(entered.id)]})
    page = answer.location
    transfer = db.scalars(select(TitleTransfer)).one()
    for who, step in ((A, "tick"), (B, "tick"), (CUSTODIAN, "check")):
        line = desk_lines(desk, transfer.id)[0]
        ticks = {f"{name}-{line}": "1" for name in ("name", "certificate_no", "quantity")}
        assert clients[who].post(f"{page}/{step}", data=ticks).status_code == 302
    for who, step in ((A, "sign"), (B, "sign"), (CUSTODIAN, "receive")):
        assert clients[who].get(f"{page}/{step}").status_code == 200
        sent = {"seen": transfer.hash, "confirming_password": DEMO_PASSWORD, "drawing": PNG}
        assert clients[who].post(f"{page}/{step}", data=sent).status_code == 302
    db.expire_all()
    assert db.get_one(TitleTransfer, transfer.id).state is TransferState.complete
    assert set(db.scalars(select(TitleSignature.grade))) == {Grade.password_drawn}
    shown = clients[B].get(page)
    assert shown.status_code == 200
    assert "权入2026-0001" in shown.text
    assert clients[B].get(f"{page}/signatures/a/drawing").data.startswith(b"\x89PNG")
    assert clients[B].get(f"{page}/signatures/a/scan").status_code == 404
    assert clients[B].get(f"{page}/signatures/nobody/drawing").status_code == 404


def desk_lines(desk: Desk, transfer_id: int) -> list[int]:
    desk.transfer_id = transfer_id
    return desk.do(A, lambda standing: [line.id for line in standing.lines])  # type: ignore[no-any-return]


def test_without_the_password_nothing_is_signed(desk: Desk, sign_in: SignIn, db: Session) -> None:
    desk.issue()
    desk.compare_all()
    page, seen = f"/archive/vault/transfers/{desk.transfer_id}/sign", desk.do(A, lambda it: it.transfer.hash)
    client = sign_in(A)
    for password in ("", "falsch"):
        answer = client.post(page, data={"seen": seen, "confirming_password": password})
        assert answer.status_code in (403, 422)
    assert db.scalars(select(TitleSignature.id)).all() == []


def test_what_was_typed_stays_where_it_is_refused(desk: Desk, sign_in: SignIn) -> None:
    desk.issue()
    line, client = desk_lines(desk, desk.transfer_id)[0], sign_in(A)
    page = f"/archive/vault/transfers/{desk.transfer_id}"
    answer = client.post(f"{page}/tick", data={f"name-{line}": "1"})
    assert answer.status_code == 422
    assert f'name="name-{line}" value="1" checked' in answer.text
    refused = client.post(f"{page}/withdraw", data={"version": "1", "reason": ""})
    assert refused.status_code == 422
    stale = client.post(f"{page}/withdraw", data={"version": "99", "reason": "证号录错"})
    assert stale.status_code == 422
    assert "证号录错" in stale.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"obtained_on": "2026-11-24", "obtained_time": ""}, 422),
        ({"obtained_on": "2026-11-24", "obtained_time": "25:00"}, 422),
        ({"obtained_on": "2099-01-01", "obtained_time": "9:00"}, 422),
        ({"obtained_on": "2026-11-24", "obtained_time": "9:00", "certificate_no": ""}, 422),
        ({"name": ""}, 422),
        ({"quantity": "0"}, 422),
        ({"kind": "house"}, 422),
        ({"collateral_id": "999999"}, 422),
        ({"collateral_id": "x"}, 422),
        ({}, 302),
    ],
)
def test_entering_what_is_wrong(desk: Desk, sign_in: SignIn, given: dict[str, str], status: int) -> None:
    facts = {
        "kind": "other_right",
        "name": "他项权证",
        "quantity": "1",
        "certificate_no": "湘他字001",
        "collateral_id": "",
    }
    address = f"/archive/vault/projects/{desk.project.id}/documents/new"
    answer = sign_in(A).post(address, data=facts | given)
    assert answer.status_code == status
    if status == 422:
        assert "湘他字001" in answer.text or given.get("certificate_no") == ""


def test_a_change_on_what_somebody_else_saved_compares(desk: Desk, sign_in: SignIn, db: Session) -> None:
    key = desk.documents[0]
    facts = {
        "kind": "client_ownership",
        "name": "房产证",
        "quantity": "2",
        "certificate_no": "湘 9",
        "collateral_id": "",
    }
    client, address = sign_in(A), f"/archive/vault/documents/{key}/change"
    assert client.post(address, data=facts | {"version": "1"}).status_code == 302
    assert client.post(address, data=facts | {"name": "土地证", "version": "1"}).status_code == 409
    db.expire_all()
    assert db.get_one(TitleDocument, key).name == "房产证"


def test_another_ones_project_is_not_there(desk: Desk, sign_in: SignIn) -> None:
    stranger = make.user_called(MANAGER).id
    hidden = make_lent_project(a_id=stranger, b_id=make.user_called(CUSTODIAN).id)
    title = make_title(hidden, TitleState.verifying)
    listed = make_transfer([title], hidden)
    client = sign_in(A)
    for address in (
        f"/archive/vault/projects/{hidden.id}",
        f"/archive/vault/documents/{title.id}",
        f"/archive/vault/transfers/{listed.id}",
        f"/archive/vault/transfers/{listed.id}/list.pdf",
    ):
        assert client.get(address).status_code == 404
    assert title.certificate_no not in client.get("/archive/vault/documents").text
    assert title.certificate_no in sign_in("archivist").get("/archive/vault/documents").text


def test_who_has_no_part_in_it_is_told(desk: Desk, sign_in: SignIn) -> None:
    desk.issue()
    page = f"/archive/vault/transfers/{desk.transfer_id}"
    assert sign_in("general_manager").get(page).status_code == 200
    assert sign_in("archivist").post(f"{page}/check").status_code == 403
    assert sign_in(CUSTODIAN).post(f"{page}/tick").status_code == 403
    assert sign_in(B).get(f"/archive/vault/projects/{desk.project.id}/transfer").status_code == 403
    assert sign_in("service_desk").get(page).status_code == 403


def test_three_copies_with_one_hash_that_holds_until_it_is_withdrawn(desk: Desk, sign_in: SignIn) -> None:
    desk.issue()
    client = sign_in(A)
    page = f"/archive/vault/transfers/{desk.transfer_id}/list.pdf"
    pages = PdfReader(BytesIO(client.get(page).data)).pages
    short = desk.do(A, lambda standing: standing.transfer.hash[:12])
    texts = [each.extract_text() for each in pages]
    assert [short in text for text in texts] == [True] * 3
    assert [f"第{copy}份/共3份" in "".join(text.split()) for copy, text in enumerate(texts, 1)] == [True] * 3
    assert len(PdfReader(BytesIO(client.get(f"{page}?copy=2").data)).pages) == 1
    assert client.get(f"{page}?copy=4").status_code == 404
    holds = client.get(f"/verify?h={short}").text
    desk.withdraw()
    assert client.get(f"/verify?h={short}").text != holds


def test_the_ledger_filters(desk: Desk, sign_in: SignIn) -> None:
    inside, out = make_title(desk.project, TitleState.in_vault), make_title(desk.project, TitleState.out)
    client = sign_in("archivist")

    def listed(**given: str) -> tuple[bool, bool]:
        text = client.get("/archive/vault/documents", query_string=given).text
        return inside.certificate_no in text, out.certificate_no in text

    assert listed() == (True, True)
    assert listed(state="in_vault") == (True, False)
    assert listed(kind="equity_pledge") == (False, False)
    assert listed(project=desk.project.title) == (True, True)
    assert listed(back="late") == (False, False)
    assert listed(late="breach") == (False, False)
    assert listed(on="2026-11-01") == (False, False)


def test_the_pages_of_the_project_and_its_dossier_lead_there(desk: Desk, sign_in: SignIn) -> None:
    client, address = sign_in(A), f"/archive/vault/projects/{desk.project.id}"
    assert address in client.get(f"/credit/projects/{desk.project.id}").text
    assert address in client.get(f"/archive/dossiers/{desk.project.dossier_id}").text
    assert client.get(address).status_code == 200
    assert client.get(f"/archive/vault/documents/{desk.documents[0]}").status_code == 200
