"""The job's page, its steps as they are sent, its pictures, its sheet, and the dossier it goes into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.archive.dossiers.models import Item
from crm.audit.models import LogEntry
from crm.dates import business_day, utc_now
from crm.files.models import Upload
from crm.lists.asking import asked
from crm.phones import mask_phone
from crm.properties.models import Estate
from crm.repairs.orders.listings import jobs
from crm.repairs.orders.models import OrderState, Payer, PhotoStage, RepairOrder, RepairPhoto, RepairStep
from tests import factories as make
from tests.acting import as_
from tests.billing.making import make_bill
from tests.repairs.making import make_order
from tests.repairs.visits.making import make_visit

SignIn = Callable[[str], FlaskClient]
S = OrderState
DIGITS = "13786420011"


def now_of(db: Session, order: RepairOrder) -> RepairOrder:
    db.expire_all()
    return db.get_one(RepairOrder, order.id)


def sent(order: RepairOrder, key: str = "once", **more: Any) -> dict[str, Any]:
    return {"version": order.version, "key": key, **more}


def picture(colour: str = "red", size: tuple[int, int] = (60, 40)) -> BytesIO:
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    content.seek(0)
    return content


def drawn() -> str:
    import base64

    content = BytesIO()
    Image.new("RGBA", (90, 30), "#1020c0").save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def test_the_page_says_what_is_known_and_masks_the_number(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    order = make_order(estate, S.accepted, unit, customer_id=customer.id, digits=DIGITS, tail=DIGITS[-4:])
    page = sign_in("limin").get(f"/repairs/{order.id}").text
    for words in (
        order.number,
        unit.label,
        "厨房水管漏水",
        customer.name,
        "张建国",
        "接单",
        "到场",
        mask_phone(DIGITS),
    ):
        assert words in page
    assert DIGITS not in page


def test_a_step_is_taken_once_however_often_its_form_is_sent(sign_in: SignIn, estate: Estate, db: Session) -> None:
    order = make_order(estate, S.dispatched)
    worker = sign_in("zhangjg")
    for _ in range(3):
        assert worker.post(f"/repairs/{order.id}/accept", data=sent(order)).location == f"/repairs/{order.id}"
    assert now_of(db, order).state is S.accepted
    steps = db.scalars(select(RepairStep.action).filter_by(repair_order_id=order.id).order_by(RepairStep.id)).all()
    assert steps == ["register", "accept"]


def test_a_form_opened_on_an_older_state_changes_nothing(sign_in: SignIn, estate: Estate, db: Session) -> None:
    order = make_order(estate)
    first, second = sign_in("sunhao"), sign_in("sunhao")
    zhang = make_order(estate, S.accepted).worker_id
    assert first.post(f"/repairs/{order.id}/triage", data=sent(order, "a")).status_code == 302
    late = second.post(f"/repairs/{order.id}/assign", data=sent(order, "b", worker_id=zhang))
    assert late.status_code == 409
    assert now_of(db, order).state is S.triaged


def test_finished_with_photo_and_signature_it_is_confirmed(sign_in: SignIn, estate: Estate, db: Session) -> None:
    order = make_order(estate, S.working, customer_id=make.make_customer(estate).id, arrived_at=make.NOW)
    data = sent(order, note="换角阀", after=(picture(size=(4000, 3000)), "修后.jpg"), drawing=drawn())
    worker = sign_in("zhangjg")
    assert worker.post(f"/repairs/{order.id}/finish?from=phone", data=data).location == f"/repairs/my/{order.id}"
    done = now_of(db, order)
    assert (done.state, done.result) == (S.confirmed, "换角阀")
    assert done.finished_by_id == order.worker_id
    assert done.visit_due_on is not None
    stages = db.scalars(select(RepairPhoto.stage).filter_by(repair_order_id=order.id)).all()
    assert sorted(stages) == [PhotoStage.after, PhotoStage.signature]


def test_the_page_says_until_when_a_pause_was_expected_to_last(app: Flask, sign_in: SignIn, estate: Estate) -> None:
    order, worker = make_order(estate, S.on_site), sign_in("zhangjg")
    assert worker.post(f"/repairs/{order.id}/wait", data=sent(order, reason="material", until="明天 9:30")).location
    with app.app_context():
        tomorrow = business_day() + timedelta(days=1)
    assert f"预计 {tomorrow.isoformat()} 09:30 继续" in worker.get(f"/repairs/{order.id}").text


def test_without_a_signature_the_dispatcher_confirms(sign_in: SignIn, estate: Estate, db: Session) -> None:
    order = make_order(estate, S.working, customer_id=make.make_customer(estate).id, arrived_at=make.NOW)
    sign_in("zhangjg").post(f"/repairs/{order.id}/finish", data=sent(order, note="换角阀"))
    done = now_of(db, order)
    assert (done.state, done.visit_due_on) == (S.done, None)
    sign_in("sunhao").post(f"/repairs/{order.id}/confirm", data=sent(done, "b"))
    assert now_of(db, order).state is S.confirmed


def test_nobody_to_ask_it_is_filed_when_it_is_confirmed(sign_in: SignIn, estate: Estate, db: Session) -> None:
    order = make_order(estate, S.done)
    sign_in("sunhao").post(f"/repairs/{order.id}/confirm", data=sent(order))
    assert now_of(db, order).state is S.filed


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("finish", {"note": ""}, "请写明做了什么"),
        ("wait", {}, "请选择在等什么"),
        ("wait", {"reason": "material", "until": "昨天 9:00"}, "已经过了"),
        ("hand_back", {"reason": " "}, "请填写原因"),
        ("appoint", {"wanted_from": "", "minutes": "60"}, "请写约定的时间"),
        ("contact", {"note": ""}, "请写下说了什么"),
        ("transfer", {"reason": "请假", "worker_id": "999999"}, "不是有效的选择"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_done(
    sign_in: SignIn, estate: Estate, db: Session, action: str, data: dict[str, str], words: str
) -> None:
    order = make_order(estate, S.working, arrived_at=make.NOW)
    answer = sign_in("sunhao").post(f"/repairs/{order.id}/{action}", data=sent(order, **data))
    assert answer.status_code == 422
    assert words in answer.text
    assert now_of(db, order).version == order.version


def test_another_payer_wants_a_reason(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unknown = make_order(estate)
    order = make_order(estate, customer_id=make.make_customer(estate).id)
    chosen = {"category_id": order.category_id, "priority": "normal", "payer": "customer"}
    client = sign_in("sunhao")
    refused = client.post(f"/repairs/{order.id}/classify", data=sent(order, **chosen))
    assert "请写明改由谁付费的原因" in refused.text
    nobody = client.post(f"/repairs/{unknown.id}/classify", data=sent(unknown, "n", note="人为损坏", **chosen))
    assert "没有可以收费的客户" in nobody.text
    client.post(f"/repairs/{order.id}/classify", data=sent(order, note="人为损坏", **chosen))
    after = now_of(db, order)
    assert (after.payer, after.payer_reason) == (Payer.customer, "人为损坏")


def test_charged_work_is_not_cancelled(sign_in: SignIn, estate: Estate) -> None:
    bill = make_bill(make.make_customer(estate))
    order = make_order(estate, S.rework, customer_id=bill.customer_id, bill_id=bill.id)
    refused = sign_in("limin").post(f"/repairs/{order.id}/cancel", data=sent(order, reason="不修了"))
    assert refused.status_code == 422
    assert "已经收费" in refused.text


def test_the_number_is_shown_once_for_a_reason(sign_in: SignIn, estate: Estate, db: Session) -> None:
    """To whoever has the job as well, who may see no other number."""
    order = make_order(estate, S.accepted, digits=DIGITS, tail=DIGITS[-4:])
    other = make_order(estate, S.registered, digits=DIGITS, tail=DIGITS[-4:])
    worker = sign_in("zhangjg")
    assert DIGITS not in worker.get(f"/repairs/{order.id}/number").text
    assert DIGITS in worker.post(f"/repairs/{order.id}/number", data={"reason": "call_back"}).text
    assert worker.post(f"/repairs/{other.id}/number", data={"reason": "call_back"}).status_code == 403
    [entry] = db.scalars(select(LogEntry).filter_by(kind="RepairNumberShown")).all()
    assert (entry.data["repair_order_id"], entry.data["reason"]) == (order.id, "call_back")


def test_the_sheet_has_everything_and_lies_in_the_dossier(sign_in: SignIn, estate: Estate, db: Session) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    make.make_dossier(estate, subject_id=customer.id)
    order = make_order(estate, S.visited, unit, customer_id=customer.id, result="换了角阀", digits=DIGITS, tail="0011")
    make_visit(order, satisfied=True, score=5, words="很快")
    client = sign_in("limin")
    paper = PdfReader(BytesIO(client.get(f"/repairs/{order.id}/sheet.pdf").data))
    text = "".join("".join(page.extract_text().split()) for page in paper.pages)
    for words in ("维修单", order.number, unit.label, "厨房水管漏水", "换了角阀", "张建国", "很快", mask_phone(DIGITS)):
        assert words in text, words
    assert DIGITS not in text
    assert client.post(f"/repairs/{order.id}/file", data=sent(order)).status_code == 302
    [item] = db.scalars(select(Item).filter_by(source_kind="repair_order", source_id=order.id))
    assert (item.title, item.doc_no, item.pages) == (f"维修单 {order.number}", order.number, len(paper.pages))
    kept = db.scalars(select(Upload).filter_by(purpose="dossier", name=f"{order.number}.pdf")).one()
    assert kept.estate_id == estate.id
    archive = client.get(f"/tenants/customers/{customer.id}?tab=archive").text
    assert order.number in archive
    repairs = client.get(f"/tenants/customers/{customer.id}?tab=repairs").text
    assert order.number in repairs
    assert order.number in client.get(f"/tenants/units/{unit.id}").text


def test_a_job_is_found_by_its_number(sign_in: SignIn, estate: Estate, other_estate: Estate) -> None:
    order, elsewhere = make_order(estate, number="W2611-0777"), make_order(other_estate, number="W2611-0778")
    clerk = sign_in("limin")
    assert clerk.get("/search", query_string={"q": " w2611-0777"}).location == f"/repairs/{order.id}"
    assert clerk.get("/search", query_string={"q": elsewhere.number}).status_code == 200, "the other estate's is none"
    assert sign_in("administrator").get("/search", query_string={"q": order.number}).status_code == 200


def test_open_jobs_stand_before_the_debt(sign_in: SignIn, estate: Estate) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    order = make_order(estate, S.accepted, unit, customer_id=customer.id)
    card = sign_in("limin").get(f"/card/customer/{customer.id}").text
    assert order.number in card
    assert f"/repairs/new?customer_id={customer.id}" in card


def test_pages_cost_as_many_queries_for_ten_jobs_as_for_one(
    sign_in: SignIn, estate: Estate, queries: Callable[..., Any]
) -> None:
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    worker = sign_in("zhangjg")
    clerk = sign_in("limin")

    def counts() -> list[int]:
        found = []
        for client, path in ((worker, "/repairs/my/"), (clerk, f"/tenants/customers/{customer.id}?tab=repairs")):
            client.get(path)
            with queries() as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    make_order(estate, S.accepted, unit, customer_id=customer.id)
    one = counts()
    for _ in range(9):
        make_order(estate, S.accepted, unit, customer_id=customer.id)
    assert counts() == one


def test_the_list_counts_what_its_reader_may_see(
    app: Flask, work: Callable[..., Any], estate: Estate, other_estate: Estate
) -> None:
    """All is counted without what its columns join, what is filtered with it: the same figure."""
    for place in (estate, estate, other_estate):
        make_order(place)
    everybody = as_("sunhao")
    for who, figure in ((everybody, 3), (replace(everybody, estate_ids=frozenset({estate.id})), 2)):
        for address in ("/repairs/", "/repairs/?state=open"):
            with app.test_request_context(address), work(who):
                assert asked(jobs(utc_now())).summary() == (figure, {})
