"""A title document's way through the browser: asked, approved, out by two, and the papers of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.vault.models import Purpose, TitleState, TitleVoucher, VoucherState
from crm.archive.vault.vouchers import service
from crm.demo.cast import DEMO_PASSWORD
from tests.archive.vault.making import CUSTODIAN, MANAGER, WITNESS, A
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
