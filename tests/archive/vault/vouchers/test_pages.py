"""A title document's way through the browser: asked, approved, out by two, and the papers of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.vault.models import Purpose, TitleCustody, TitleState, TitleVoucher, VoucherLine, VoucherState
from crm.archive.vault.start.waiting import my_turn
from crm.archive.vault.vouchers import service
from crm.auth.permissions import Permission
from crm.demo.cast import DEMO_PASSWORD
from tests.archive.handover.desk import actor_called
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS, A, B, make_title
from tests.archive.vault.vault import Vault
from tests.repairs.test_rights import picture

SignIn = Callable[[str], FlaskClient]


def confirmed(vault: Vault, client: FlaskClient, voucher_id: int, **given: str) -> int:
    with vault.at(CUSTODIAN, voucher_id) as standing:
        sent = {"seen": standing.hash, "beside": "", "confirming_password": DEMO_PASSWORD}
    return client.post(f"/archive/vault/vouchers/{voucher_id}/confirm", data=sent | given).status_code


def test_out_by_two_in_the_browser(vault: Vault, sign_in: SignIn, db: Session) -> None:
    [document] = vault.filled()
    back_on = (vault.today() + timedelta(days=5)).isoformat()
    sent = {
        "purpose": "court",
        "document_ids": str(document),
        "reason": "出庭",
        "authority": "传票",
        "back_on": back_on,
    }
    page = f"/archive/vault/vouchers/new/{vault.project.id}"
    assert sign_in(A).post(page, data=sent).status_code == 422  # nobody takes it outside
    assert sign_in(A).post(page, data=sent | {"receiver": "王磊"}).status_code == 302
    voucher_id = db.scalars(select(TitleVoucher.id).where(TitleVoucher.purpose == Purpose.court)).one()
    address = f"/archive/vault/vouchers/{voucher_id}"
    manager = sign_in(MANAGER)
    assert address + "/decide" in manager.get("/approvals").get_data(as_text=True)
    assert manager.post(f"{address}/decide", data={"outcome": "refuse", "version": "1"}).status_code == 422
    assert manager.post(f"{address}/decide", data={"outcome": "approve", "version": "1"}).status_code == 302
    assert confirmed(vault, sign_in(CUSTODIAN), voucher_id) == 302
    assert vault.state(document) is TitleState.in_vault
    assert confirmed(vault, sign_in(WITNESS), voucher_id, seen="0" * 64) == 422
    assert confirmed(vault, sign_in(WITNESS), voucher_id) == 302
    assert vault.state(document) is TitleState.out
    keeper = sign_in(CUSTODIAN)
    assert keeper.post(f"{address}.pdf").mimetype == "application/pdf"
    for path in ("/archive/vault/", "/archive/vault/vouchers/?scan=missing", address):
        assert "权出" in keeper.get(path).get_data(as_text=True)
    assert vault.places[0].path in keeper.get(address).get_data(as_text=True)  # where it was taken from, for good
    scan = {"version": str(vault_version(db, voucher_id)), "scan": (BytesIO(picture()), "签字.png")}
    assert keeper.post(f"{address}/scan", data=scan).status_code == 302
    assert keeper.get(f"{address}/files/scan").mimetype == "image/png"


def test_back_into_several_slots_at_once(vault: Vault, sign_in: SignIn, db: Session) -> None:
    documents = vault.filled(2)
    vault.go(Purpose.court, documents)
    make_title(vault.project, TitleState.expected, certificate_no="还没到手")
    keeper, tab = sign_in(CUSTODIAN), f"/archive/vault/projects/{vault.project.id}"
    page = f"/archive/vault/vouchers/new/{vault.project.id}"
    assert page in keeper.get(tab).text
    assert page not in sign_in(MANAGER).get(tab).text
    assert "还没到手" not in keeper.get(page).text
    voucher_id = vault.ask(A, Purpose.back, documents)
    first, second = db.scalars(select(VoucherLine.id).filter_by(voucher_id=voucher_id).order_by(VoucherLine.id))
    one, other = (str(place.id) for place in vault.places)
    prepare = f"/archive/vault/vouchers/{voucher_id}/prepare"
    sent = {"version": "1", "place": "", f"place_{first}": "", f"place_{second}": other}
    assert "place-error" in keeper.post(prepare, data=sent).text
    assert keeper.post(prepare, data=sent | {"place": one}).status_code == 302
    assert re.findall(r'<option selected value="(\d+)">', keeper.get(prepare).text) == [one, other]
    vault.both(voucher_id)
    lies = select(TitleCustody.location_id).where(TitleCustody.ends_at.is_(None), TitleCustody.voucher_id == voucher_id)
    assert [str(each) for each in db.scalars(lies.order_by(TitleCustody.document_id))] == [one, other]


def test_a_voucher_waits_for_whoever_can_confirm_it(settled: Vault, queries: Callable[..., Any]) -> None:
    """Not for who asked, who has confirmed, nor A and B at a release; the custodian completes what lacks a place."""
    first, second, third = settled.filled(3)
    court = settled.ready(Purpose.court, [first])

    def turn(who: str) -> tuple[set[int], int]:
        actor = actor_called(who)
        beside = replace(actor, permissions=actor.permissions | {Permission.title_witness})
        with settled.work(beside), queries() as seen:
            return {each.voucher.id for each in my_turn()}, len(seen)

    _one, statements = turn(WITNESS)
    release = settled.ready(Purpose.release, [second])
    moved = settled.ask(A, Purpose.moved, [third])
    assert turn(WITNESS) == ({court, release}, statements)
    assert turn(A)[0] == set()
    assert turn(B)[0] == {court}
    assert turn(CUSTODIAN)[0] == {court, release, moved}
    settled.confirm(CUSTODIAN, court)
    assert turn(CUSTODIAN)[0] == {release, moved}
    assert turn(WITNESS)[0] == {court, release}


def vault_version(db: Session, voucher_id: int) -> int:
    db.expire_all()
    return db.get_one(TitleVoucher, voucher_id).version


def test_without_the_password_nobody_confirms(vault: Vault, sign_in: SignIn, db: Session) -> None:
    voucher_id, _documents = vault.received()
    vault.lay(voucher_id)
    confirmed(vault, sign_in(CUSTODIAN), voucher_id, confirming_password="falsch")
    with vault.at(CUSTODIAN, voucher_id) as standing:
        assert standing.live == {}


@pytest.mark.parametrize("state", VoucherState)
def test_every_state_has_its_page(vault: Vault, sign_in: SignIn, state: VoucherState) -> None:
    [document] = vault.filled()
    voucher_id = vault.ask(A, Purpose.court, [document])
    if state in (VoucherState.ready, VoucherState.done):
        vault.approve(voucher_id)
    if state is VoucherState.done:
        vault.both(voucher_id)
    if state is VoucherState.refused:
        vault.do(MANAGER, voucher_id, service.refuse, "先补材料")
    if state is VoucherState.cancelled:
        vault.do(A, voucher_id, service.cancel, "不需要了")
    assert sign_in(WITNESS).get(f"/archive/vault/vouchers/{voucher_id}").status_code == 200
    assert vault.faults() == []
