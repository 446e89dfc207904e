"""The pages of the deposits' book: who sees and does what, what bad input says, what the papers hold."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import func, select

from crm.billing.cashier.flows import moves
from crm.billing.cashier.models import Receipt, ReceiptKind
from crm.billing.deposits.card import held_deposits
from crm.billing.deposits.forms import LINES
from crm.billing.deposits.models import Deposit, DepositRequest, DepositTieOut, MovementKind
from crm.billing.ledger.models import Bill
from crm.dates import business_day
from crm.desk import index
from tests import factories as make
from tests.billing.deposits.making import DAY, cashier, make_deposit, make_movement, make_request
from tests.billing.making import make_bill

BOOK = "/billing/deposits"
EMPTY = {f"lines-{line}-{name}": "" for line in range(LINES) for name in ("amount", "reason", "clause", "bill_id")}


@pytest.fixture
def unit(estate):
    return make.make_unit(estate, "3-1-502")


@pytest.fixture
def customer(estate, unit):
    return make.make_customer(estate, unit=unit)


@pytest.fixture
def deposit(customer, unit):
    return make_deposit(customer, unit=unit, agreement="ZX-017")


def photo():
    out = BytesIO()
    Image.new("RGB", (8, 8), (200, 120, 90)).save(out, "JPEG")
    return BytesIO(out.getvalue()), "墙面.jpg"


def taken(**given):
    facts = {"key": "form", "kind": "key", "amount": "200", "method": "cash", "payer": "欧阳娜娜", "unit_id": ""}
    return facts | {"taken_on": "2026-01-05"} | given


def newest(db, model):
    db.expire_all()
    return db.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def test_a_double_click_takes_one_deposit_and_leads_to_its_receipt(db, sign_in, customer, unit):
    client = sign_in("cashier")
    page = f"{BOOK}/customers/{customer.id}/take"
    assert f'<option selected value="{unit.id}"' in client.get(page).text
    answers = [client.post(page, data=taken(unit_id=unit.id)) for _ in range(2)]
    receipt = newest(db, Receipt)
    assert {answer.location for answer in answers} == {f"/billing/counter/receipts/{receipt.id}?paid=1"}
    made = newest(db, Deposit)
    assert (receipt.kind, receipt.about_id, receipt.amount) == (ReceiptKind.deposit, made.id, Decimal(200))
    assert db.scalar(select(func.count()).select_from(Deposit)) == 1
    assert (made.unit_id, made.taken_by, made.kind) == (unit.id, "吴丹", "key")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", "二百"),
        ("amount", "0"),
        ("amount", ""),
        ("payer", ""),
        ("taken_on", "2099-01-01"),
        ("taken_on", "三月"),
        ("due_back_on", "2025-01-01"),
        ("kind", "nothing"),
        ("unit_id", "999999"),
        ("unit_id", "drop"),
        ("method", "deposit"),
        ("key", ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(db, sign_in, customer, field, typed):
    answer = sign_in("cashier").post(f"{BOOK}/customers/{customer.id}/take", data=taken(**{field: typed}))
    assert answer.status_code == 422
    if field != "key":
        assert f'id="{field}-error"' in answer.text
    assert 'value="欧阳娜娜"' in answer.text or field == "payer"
    assert db.scalar(select(func.count()).select_from(Deposit)) == 0


def test_who_pays_is_found(work, sign_in, estate, unit, customer):
    with work():
        index.rebuild()
    client = sign_in("cashier")
    found = client.post(f"{BOOK}/take", data={"q": "3-1-502"})
    if found.status_code == 303:
        found = client.get(found.location)
    assert found.location == f"{BOOK}/customers/{customer.id}/take?unit={unit.id}"
    assert client.post(f"{BOOK}/take", data={"q": "没有这个人"}).status_code == 200
    assert f"{BOOK}/units/{unit.id}/take" in client.get(f"/tenants/units/{unit.id}").text
    assert f"{BOOK}/customers/{customer.id}/take" in client.get(f"/tenants/customers/{customer.id}").text


def test_lines_with_photographs_and_a_bill_are_deducted_at_once(db, sign_in, customer, deposit):
    bill = make_bill(customer, "300.00")
    client = sign_in("cashier")
    data = {
        "key": "form",
        "lines-0-amount": "120.50",
        "lines-0-reason": "电梯轿厢划伤",
        "lines-0-clause": "第 6 条",
        "lines-0-photos": [photo(), photo()],
        "lines-3-amount": "300",
        "lines-3-bill_id": str(bill.id),
    }
    answer = client.post(f"{BOOK}/{deposit.id}/deduct", data=EMPTY | data)
    request = newest(db, DepositRequest)
    assert answer.location == f"{BOOK}/requests/{request.id}"
    assert db.get_one(Deposit, deposit.id).balance == Decimal("1579.50")
    assert db.get_one(Bill, bill.id).open == 0
    page = client.get(answer.location).text
    [shown, _second] = re.findall(rf"{BOOK}/photos/\d+", page)
    assert client.get(shown).mimetype == "image/jpeg"
    paper = PdfReader(BytesIO(client.get(f"{BOOK}/requests/{request.id}/note.pdf").data))
    text = "".join(re.sub(r"\s", "", each.extract_text()) for each in paper.pages)
    for words in ("ZX-017", "电梯轿厢划伤", "第6条", "420.50", "肆佰贰拾元伍角整", "1,579.50", "欧阳娜娜"):
        assert words in text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lines-1-amount": "abc", "lines-1-reason": "垃圾"}, "lines-1-amount"),
        ({"lines-1-reason": "垃圾"}, "lines-1-amount"),
        ({"lines-1-amount": "5"}, "lines-1-reason"),
        ({"lines-1-amount": "-5", "lines-1-reason": "垃圾"}, "lines-1-amount"),
        ({"lines-1-amount": "5", "lines-1-bill_id": "999"}, "lines-1-bill_id"),
        ({"lines-0-amount": "99999"}, None),
        ({"lines-0-photos": (BytesIO(b"MZ"), "virus.exe")}, None),
    ],
)
def test_a_wrong_line_is_named(db, sign_in, deposit, given, field):
    data = EMPTY | {"key": "form", "lines-0-amount": "10", "lines-0-reason": "玻璃"} | given
    answer = sign_in("cashier").post(f"{BOOK}/{deposit.id}/deduct", data=data)
    assert answer.status_code == 422
    assert 'value="玻璃"' in answer.text
    assert field is None or f'href="#{field}"' in answer.text
    assert db.scalar(select(func.count()).select_from(DepositRequest)) == 0


def test_nothing_typed_deducts_nothing(sign_in, deposit):
    assert sign_in("cashier").post(f"{BOOK}/{deposit.id}/deduct", data={"key": "form"}).status_code == 422


def test_a_refund_goes_from_asking_to_the_voucher(db, sign_in, deposit):
    counter, office = sign_in("cashier"), sign_in("billing_supervisor")
    data = {"key": "form", "amount": "500", "payee": "欧阳娜娜", "method": "cash", "reason": "验收合格"}
    assert counter.post(f"{BOOK}/{deposit.id}/refund", data=data | {"payee": "别人"}).status_code == 422
    assert counter.post(f"{BOOK}/{deposit.id}/refund", data=data).status_code == 303
    request = newest(db, DepositRequest)
    page = f"{BOOK}/requests/{request.id}"
    assert f"{page}/decide" not in counter.get(page).text
    assert counter.get(f"{BOOK}/{deposit.id}/deduct").status_code == 409
    assert f"{page}/decide" in office.get(page).text
    assert office.post(f"{page}/decide", data={"version": 1, "verdict": "refuse"}).status_code == 422
    assert office.post(f"{page}/decide", data={"version": 9, "verdict": "approve"}).status_code == 409
    assert office.post(f"{page}/decide", data={"version": 1, "verdict": "approve"}).status_code == 303
    assert f"{page}/pay-out" in counter.get(page).text
    assert counter.post(f"{page}/pay-out", data={"version": 2}).status_code == 303
    assert counter.post(f"{page}/pay-out", data={"version": 2}).status_code in (409, 422)
    voucher = newest(db, Receipt)
    assert (voucher.kind, voucher.amount) == (ReceiptKind.deposit_refund, Decimal(500))
    assert (voucher.content["payee"], voucher.content["approver"], voucher.content["cashier"]) == (
        "欧阳娜娜", "郑凯", "吴丹",
    )  # fmt: skip
    assert f"/billing/counter/receipts/{voucher.id}" in counter.get(page).text
    assert counter.get(f"/billing/counter/receipts/{voucher.id}").status_code == 200


def test_forfeiting_cancelling_and_taking_back_are_asked_for(db, sign_in, customer, deposit):
    client = sign_in("cashier")
    made = {"key": "form", "amount": "2000", "reason": "拆改承重墙", "clause": "第 9 条"}
    assert client.post(f"{BOOK}/{deposit.id}/forfeit", data=made).status_code == 303
    request = newest(db, DepositRequest)
    assert request.kind is MovementKind.forfeiture
    assert client.post(f"{BOOK}/requests/{request.id}/withdraw").status_code == 303
    assert client.post(f"{BOOK}/{deposit.id}/cancel", data={"key": "other", "reason": "录错金额"}).status_code == 303
    assert newest(db, DepositRequest).kind is MovementKind.cancellation
    moved = make_movement(make_deposit(customer), amount="900.00")
    page = f"{BOOK}/movements/{moved.id}/take-back"
    assert client.post(page, data={"key": "back", "reason": ""}).status_code == 422
    assert client.post(page, data={"key": "back", "reason": "扣错了"}).status_code == 303
    assert newest(db, DepositRequest).takes_back


def test_the_page_says_what_is_possible_and_why_not(sign_in, deposit):
    client = sign_in("cashier")
    assert f"{BOOK}/{deposit.id}/refund" in client.get(f"{BOOK}/{deposit.id}").text
    make_request(deposit)
    page = client.get(f"{BOOK}/{deposit.id}").text
    assert f"{BOOK}/{deposit.id}/refund" not in page
    assert "500.00" in page
    assert f"{BOOK}/{deposit.id}/deduct" not in sign_in("service_desk").get(f"{BOOK}/{deposit.id}").text


def test_the_book_is_filtered(sign_in, estate, customer, unit, deposit):
    other = make_deposit(make.make_customer(estate, "陈伟"), kind="key", balance=Decimal(0))
    make_movement(other, MovementKind.refund, "2000.00")
    part = make_deposit(make.make_customer(estate, "林晓"), balance=Decimal(5))
    client = sign_in("cashier")

    def codes(**filters):
        page = client.get(f"{BOOK}/", query_string=filters).text
        return set(re.findall(r">(BZ\d{6})<", page))

    assert codes() == {deposit.code, other.code, part.code}
    assert codes(kind="key") == codes(state="returned") == codes(q="陈伟") == {other.code}
    assert codes(state="held") == codes(building=unit.building_id) == codes(q="3-1-502") == {deposit.code}
    assert codes(state="part") == codes(q=part.code.lower()) == {part.code}
    assert codes(q="%") == set()


def test_due_back_when_the_day_has_come_or_the_unit_was_left(sign_in, estate, customer, unit, deposit):
    left = make.make_unit(estate)
    gone = make.make_customer(estate, "陈伟")
    make.make_occupancy(gone, left, starts=date(2020, 1, 1), ends=date(2026, 2, 1))
    moved_out = make_deposit(gone, unit=left, due_back_on=date(2099, 1, 1))
    agreed = make_deposit(customer, unit=unit, due_back_on=date(2026, 3, 1))
    make_deposit(customer, unit=unit, due_back_on=date(2099, 1, 1))
    make_deposit(customer, balance=Decimal(0), due_back_on=DAY)
    client = sign_in("cashier")

    def rows(**filters):
        page = client.get(f"{BOOK}/due-back", query_string=filters).text
        return re.findall(r">(BZ\d{6})<", page)

    assert rows() == [moved_out.code, agreed.code]
    assert rows(why="left") == [moved_out.code]
    assert rows(why="agreed") == [agreed.code]


def test_the_card_of_a_customer(work, db, customer, unit, deposit):
    make_deposit(customer, "100.00", due_back_on=DAY)
    make_deposit(customer, "50.00", balance=Decimal(0))
    with work(cashier()):
        held = held_deposits(customer.id, business_day())
        first = held.rows[0]
        assert (first.code, first.balance, first.unit, first.is_due) == (deposit.code, Decimal(2000), "3-1-502", False)
        assert (held.total, held.rows[1].is_due, len(held.rows)) == (Decimal(2100), True, 2)
        assert held_deposits(customer.id, business_day(), unit.id).total == Decimal(2000)


def test_a_day_is_tied_out_and_a_difference_explained(db, work, sign_in, estate, deposit):
    client = sign_in("cashier")
    page = f"{BOOK}/estates/{estate.id}/tie-out"
    data = {"day": DAY.isoformat(), "bank": "1,500.00", "reference": "对账单 3"}
    refused = client.post(page, data=data)
    assert refused.status_code == 422
    assert "-500.00" in refused.text
    assert client.post(page, data=data | {"explanation": "现金次日存入"}).status_code == 303
    assert client.post(page, data=data | {"bank": "2000"}).status_code == 303
    made = newest(db, DepositTieOut)
    assert (made.register, made.ledger, made.bank, made.difference) == (Decimal(2000), Decimal(2000), Decimal(2000), 0)
    shown = client.get(f"{BOOK}/tie-outs").text
    assert "现金次日存入" not in shown
    assert "对账单 3" in shown
    for wrong in ({"bank": "x"}, {"day": "2099-01-01"}, {"reference": " "}):
        assert client.post(page, data=data | wrong).status_code == 422
    assert client.get(f"{page}?day=2026-01-04").status_code == client.get(f"{page}?day=nonsense").status_code == 200


def test_days_with_movements_ask_to_be_tied_out(work, sign_in, customer, estate):
    with work():
        yesterday = business_day() - timedelta(days=1)
    make_deposit(customer, taken_on=yesterday)
    link = f"{BOOK}/estates/{estate.id}/tie-out?day={yesterday.isoformat()}"
    assert link in sign_in("cashier").get(f"{BOOK}/tie-outs").text
    assert link not in sign_in("billing_supervisor").get(f"{BOOK}/tie-outs").text


def test_what_lies_in_the_drawer(db, work, customer, deposit):
    """Takings in, refunds out of the drawer of whoever handled the money; a payment out of a deposit is no cash."""
    make_movement(deposit, MovementKind.refund, "700.00", made_by_id=None)
    with work():
        found = moves(lambda columns: columns["customer_id"] == customer.id).subquery()
        rows = db.execute(select(found.c.flow, found.c.amount, found.c.cashier_id)).all()
    assert {(row.flow, row.amount) for row in rows} == {("deposit", Decimal(2000)), ("deposit_refund", Decimal(-700))}
