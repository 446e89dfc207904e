"""Whose job it is, which form it was, and what nobody should send."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.dates import utc_now
from crm.properties.models import Estate
from crm.repairs.orders.models import OrderState, Payer, RepairLine, RepairOrder, RepairPhoto, RepairStep
from crm.repairs.stock.models import StockMovement
from tests import factories as make
from tests.repairs.costs.making import make_quote
from tests.repairs.making import make_order, user_called
from tests.repairs.stock.making import make_stock_item

SignIn = Callable[[str], FlaskClient]
S = OrderState


def picture(kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, kind)
    return out.getvalue()


def steps(db: Session, order: RepairOrder) -> list[str]:
    db.expire_all()
    found = select(RepairStep.action).where(RepairStep.repair_order_id == order.id).order_by(RepairStep.id)
    return list(db.scalars(found))[1:]


def state_of(db: Session, order: RepairOrder) -> OrderState:
    db.expire_all()
    return db.get_one(RepairOrder, order.id).state


def count_of(db: Session, table: Any) -> int:
    db.expire_all()
    return db.scalar(select(func.count()).select_from(table)) or 0


def photo(client: FlaskClient, order: RepairOrder, **given: Any) -> Any:
    sent = {"stage": "fault", "key": "p1", "photo": (BytesIO(picture()), "漏水.png")} | given
    return client.post(f"/repairs/{order.id}/photos", data=sent)


def test_a_form_of_another_job_is_refused_not_taken_for_done(db: Session, estate: Estate, sign_in: SignIn) -> None:
    client = sign_in("zhangjg")
    first, second = (make_order(estate, S.dispatched, make.make_unit(estate)) for _each in range(2))
    assert client.post(f"/repairs/{first.id}/accept?from=phone", data={"key": "k1"}).status_code == 302
    answer = client.post(f"/repairs/{second.id}/accept?from=phone", data={"key": "k1"})
    assert (answer.status_code, state_of(db, second)) == (409, S.dispatched)
    assert client.post(f"/repairs/{first.id}/arrive?from=phone", data={"key": "k1"}).status_code == 409
    assert client.post(f"/repairs/{first.id}/accept?from=phone", data={"key": "k1"}).status_code == 302
    assert steps(db, first) == ["accept"]


def test_a_photo_or_line_of_another_job_is_refused_too(db: Session, estate: Estate, sign_in: SignIn) -> None:
    client = sign_in("zhangjg")
    first, second = (make_order(estate, S.accepted, make.make_unit(estate)) for _each in range(2))
    line = {"other-key": "k2", "other-name": "水管", "other-quantity": "1", "other-price": "20"}
    for order, wanted in ((first, (302, 303)), (second, (422, 422)), (first, (302, 303))):
        entered = client.post(f"/repairs/{order.id}/lines/other", data=line)
        assert (photo(client, order).status_code, entered.status_code) == wanted
    assert (count_of(db, RepairPhoto), count_of(db, RepairLine)) == (1, 1)


def test_a_quote_or_answer_with_a_used_form_is_refused(db: Session, estate: Estate, sign_in: SignIn) -> None:
    client = sign_in("zhangjg")
    used = make_order(estate, S.dispatched, make.make_unit(estate))
    client.post(f"/repairs/{used.id}/accept?from=phone", data={"key": "k3"})
    order = make_order(estate, S.quoted, make.make_unit(estate), payer=Payer.customer)
    make_quote(order)
    said = {"key": "k3", "edition": "1", "how": "phone", "person": "欧阳娜娜"}
    assert client.post(f"/repairs/{order.id}/consent", data=said).status_code == 409
    assert state_of(db, order) is S.quoted


def test_a_movement_of_another_material_is_refused(db: Session, sign_in: SignIn) -> None:
    client = sign_in("sunhao")
    first, second = make_stock_item(), make_stock_item()
    sent = {"key": "k4", "quantity": "5"}
    answers = [client.post(f"/repairs/stock/{item.id}/receive", data=sent) for item in (first, second, first)]
    assert [answer.status_code for answer in answers] == [303, 422, 303]
    assert count_of(db, StockMovement) == 1


def test_words_and_times_sent_twice_are_there_once(db: Session, estate: Estate, sign_in: SignIn) -> None:
    """The order itself need not change by them, so its version alone would let the second one pass."""
    client = sign_in("limin")
    order = make_order(estate, S.accepted, make.make_unit(estate), contacted_at=utc_now())
    said = {"key": "k5", "version": str(order.version), "note": "下午三点后在家"}
    agreed = {"key": "k6", "wanted_from": "明天 9:30", "minutes": "60"}
    for _each in range(2):
        assert client.post(f"/repairs/{order.id}/contact", data=said).status_code == 302
    version = {"version": str(db.get_one(RepairOrder, order.id, populate_existing=True).version)}
    for _each in range(2):
        assert client.post(f"/repairs/{order.id}/appoint", data=agreed | version).status_code == 302
    assert steps(db, order) == ["contact", "appoint"]


def test_a_job_taken_twice_by_one_phone_is_taken_once(db: Session, estate: Estate, sign_in: SignIn) -> None:
    client = sign_in("zhangjg")
    order = make_order(estate, S.triaged, make.make_unit(estate))
    answers = [client.post(f"/repairs/{order.id}/grab?from=phone", data={"key": "k7"}) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert steps(db, order) == ["grab"]


def test_a_report_called_again_and_sent_twice_is_told_once(db: Session, estate: Estate, sign_in: SignIn) -> None:
    client = sign_in("limin")
    unit = make.make_unit(estate)
    order = make_order(estate, S.accepted, unit, contacted_at=utc_now())
    sent = {"key": "k8", "problem": "还在漏", "category_id": str(order.category_id), "attach": f"again-{order.id}"}
    sent |= {"estate_id": str(estate.id), "unit": unit.label, "channel": "phone", "minutes": "120"}
    for _each in range(2):
        assert client.post("/repairs/new", data=sent).status_code == 302
    assert steps(db, order) == ["contact"]


@pytest.mark.parametrize("action", ["contact", "appoint", "decline"])
def test_a_worker_says_nothing_about_somebody_elses_job(
    action: str, db: Session, estate: Estate, sign_in: SignIn
) -> None:
    order = make_order(estate, S.quoted, make.make_unit(estate), payer=Payer.customer)
    make_quote(order)
    sent = {"key": "k9", "version": str(order.version), "note": "说好了", "wanted_from": "明天 9:30", "minutes": "60"}
    sent |= {"edition": "1", "how": "phone", "person": "欧阳娜娜", "words": "太贵"}
    assert sign_in("maqiang").post(f"/repairs/{order.id}/{action}", data=sent).status_code in (403, 409, 422)
    assert steps(db, order) == []
    assert sign_in("zhangjg").post(f"/repairs/{order.id}/{action}", data=sent).status_code in (302, 303)


def test_who_may_add_a_picture(db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.working, make.make_unit(estate))
    wanted = {"limin": 302, "zhangjg": 302, "sunhao": 302, "maqiang": 403, "caoning": 403, "hanbing": 403}
    got = {who: photo(sign_in(who), order, key=who).status_code for who in wanted}
    assert got == wanted
    assert "photo-form" not in sign_in("caoning").get(f"/repairs/{order.id}").text


@pytest.mark.parametrize("state", [S.filed, S.cancelled])
def test_what_is_over_gets_no_picture(state: OrderState, db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, state, make.make_unit(estate))
    assert photo(sign_in("limin"), order).status_code == 403
    assert count_of(db, RepairPhoto) == 0


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4 no", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_refused(content: bytes, db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.working, make.make_unit(estate))
    assert photo(sign_in("zhangjg"), order, photo=(BytesIO(content), "a.png")).status_code == 422
    assert count_of(db, RepairPhoto) == 0


@pytest.mark.parametrize(
    "drawn", ["中", "data:image/png;base64,中", "data:image/png;base64,AAA", "data:image/png;base64,"]
)
def test_a_damaged_signature_is_refused(drawn: str, db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.working, make.make_unit(estate))
    sent = {"key": "k10", "note": "换了水管", "drawing": drawn}
    assert sign_in("zhangjg").post(f"/repairs/{order.id}/finish?from=phone", data=sent).status_code == 422
    assert state_of(db, order) is S.working


def test_a_drawn_signature_of_another_kind_is_refused(db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.working, make.make_unit(estate))
    drawn = "data:image/png;base64," + base64.b64encode(b"%PDF-1.4 no").decode()
    sent = {"key": "k11", "note": "换了水管", "drawing": drawn}
    assert sign_in("zhangjg").post(f"/repairs/{order.id}/finish?from=phone", data=sent).status_code == 422
    assert count_of(db, RepairPhoto) == 0


def test_only_the_holders_phone_says_when_it_was(db: Session, estate: Estate, sign_in: SignIn) -> None:
    began = utc_now() - timedelta(hours=3)
    told = (began + timedelta(hours=1)).isoformat()

    def accepted(who: str, query: str) -> bool:
        order = make_order(estate, S.dispatched, make.make_unit(estate), registered_at=began)
        sent = {"key": f"{who}{query}", "version": str(order.version), "at": told}
        assert sign_in(who).post(f"/repairs/{order.id}/accept{query}", data=sent).status_code == 302
        db.expire_all()
        at = db.get_one(RepairOrder, order.id).accepted_at
        return at is not None and at.isoformat() == told

    assert accepted("zhangjg", "?from=phone")
    noted = db.scalars(select(RepairStep.note).where(RepairStep.key == "zhangjg?from=phone")).one()
    assert f"{utc_now():%Y-}" in noted  # the history tells when it came in
    assert not accepted("zhangjg", "")
    assert not accepted("sunhao", "?from=phone")


def test_a_dispatcher_cannot_pass_by_what_changed_meanwhile(db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.triaged, make.make_unit(estate))
    sent = {"key": "k12", "version": "0", "worker_id": str(user_called("zhangjg").id)}
    assert sign_in("sunhao").post(f"/repairs/{order.id}/assign?from=phone", data=sent).status_code == 409
    assert state_of(db, order) is S.triaged


@pytest.mark.parametrize(
    "sent",
    [
        {"thing": "area-x"},
        {"thing": "area-99999999999999999999"},
        {"thing": "equipment-"},
        {"estate_id": "99999999999999999999", "unit": "3-1-502"},
        {"estate_id": "x", "unit": "3-1-502"},
        {"category_id": "99999999999999999999"},
        {"category_id": "٣"},
    ],
)
def test_a_report_of_what_does_not_exist(sent: dict[str, str], sign_in: SignIn) -> None:
    client = sign_in("sunhao")
    assert client.post("/repairs/new", data={"problem": "漏水", **sent}).status_code == 422
    assert client.post("/repairs/new/known", data={"problem": "漏水", **sent}).status_code == 200


def test_a_thing_lies_in_its_own_estate(db: Session, estate: Estate, other_estate: Estate, sign_in: SignIn) -> None:
    machine = make.make_equipment(other_estate)
    sent = {"key": "k13", "problem": "电梯困人", "estate_id": str(estate.id), "thing": f"equipment-{machine.id}"}
    sent |= {"channel": "phone", "minutes": "120", "emergency": "y"}
    category = {"category_id": str(make_order(estate).category_id)}
    assert sign_in("sunhao").post("/repairs/new", data=sent | category).status_code == 302
    order = db.scalars(select(RepairOrder).filter_by(key="k13")).one()
    assert (order.equipment_id, order.estate_id) == (machine.id, other_estate.id)
    category |= {"key": "k14"}
    assert sign_in("limin").post("/repairs/new", data=sent | category).status_code == 422  # she does not see it


@pytest.mark.parametrize(
    "address",
    [
        "/repairs/?day=9999-12-31",
        "/repairs/?day=0001-01-01",
        "/repairs/dispatch/day?day=9999-12-31",
        "/repairs/dispatch/day?day=0001-01-01",
        "/calls/?day=9999-12-31",
    ],
)
def test_days_beyond_the_calendar(address: str, sign_in: SignIn) -> None:
    assert sign_in("sunhao").get(address).status_code == 200


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_months_beyond_the_calendar(month: str, sign_in: SignIn) -> None:
    client = sign_in("sunhao")
    for field in ("month", "until"):
        assert client.get(f"/repairs/figures/?{field}={month}").status_code == 422


def test_the_phone_sends_nothing_of_somebody_else(estate: Estate, sign_in: SignIn, client: FlaskClient) -> None:
    """Its script asks the page whose entries to send, and forgets the pages where somebody signs in."""
    order = make_order(estate, S.accepted, make.make_unit(estate))
    page = sign_in("zhangjg").get(f"/repairs/my/{order.id}").text
    assert f'data-user="{user_called("zhangjg").id}"' in page
    kept = sign_in("zhangjg").get("/repairs/my/offline.js").text.partition('KEPT = "')[2].partition('"')[0]
    assert f'data-forget="{kept}"' in client.get("/login").text


@pytest.mark.parametrize("state", [S.working, S.done, S.confirmed, S.filed])
def test_a_worker_sees_the_number_while_there_is_something_to_do(
    state: OrderState, estate: Estate, sign_in: SignIn
) -> None:
    held = {"worker_id": user_called("zhangjg").id, "digits": "13907315678", "tail": "5678"}
    order = make_order(estate, state, make.make_unit(estate), **held)
    wanted = 200 if state in (S.working, S.done) else 403
    assert sign_in("zhangjg").get(f"/repairs/{order.id}/number").status_code == wanted
    assert sign_in("maqiang").get(f"/repairs/{order.id}/number").status_code == 403


def test_a_file_name_with_nul_is_refused(db: Session, estate: Estate, sign_in: SignIn) -> None:
    order = make_order(estate, S.working, make.make_unit(estate))
    assert photo(sign_in("limin"), order, photo=(BytesIO(picture()), "a\0.png")).status_code == 400
