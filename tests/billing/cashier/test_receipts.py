"""Receipts: one for each payment, in one unit of work with it, numbers without gaps, void ones kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, g, render_template
from markupsafe import Markup
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crm.archive.dossiers import proof
from crm.billing.cashier import invariants, papers, queries, service
from crm.billing.cashier.content import together
from crm.billing.cashier.models import PrintSize, Receipt, ReceiptKind
from crm.billing.cashier.reports.gaps import gap_report
from crm.billing.ledger import service as books
from crm.billing.ledger.models import AdjustmentKind, AdjustmentRequest, Method, Payment
from crm.billing.ledger.queries import get_request
from crm.billing.ledger.service import Money, Wish
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.numbering import Number, NumberSeries
from crm.properties.models import Estate
from crm.tenants.models import Customer, CustomerKind
from tests import factories as make
from tests.billing.cashier.making import make_payment, make_print, make_receipt, make_reversal
from tests.billing.cashier.people import acting, supervisor
from tests.billing.making import make_bill

Work = Callable[..., Any]


@pytest.fixture
def customer(estate: Estate) -> Customer:
    return make.make_customer(estate, unit=make.make_unit(estate, "3-1-502"))


def money(amount: str, method: Method = Method.cash, key: str = "one") -> Money:
    return Money(amount=Decimal(amount), method=method, paid_on=business_day(), key=key)


def faults(db: Session) -> dict[str, Any]:
    db.expire_all()
    return {name: rows for name, (_title, check) in invariants.CHECKS.items() if (rows := db.execute(check()).all())}


def test_a_receipt_says_what_the_payment_settles_and_keeps_it(db: Session, work: Work, customer: Customer) -> None:
    first, second = make_bill(customer, "100.00"), make_bill(customer, "80.50")
    with work(acting()):
        receipt = service.take(customer, money("150.00"))
    content = receipt.content
    assert [(line["amount"], line["left"], line["of"]) for line in content["lines"]] == [
        ("100.00", "0.00", "100.00"),
        ("50.00", "30.50", "80.50"),
    ]
    assert content["units"] == "3-1-502"
    assert (content["amount"], content["capitals"], content["credit"]) == ("150.00", "壹佰伍拾元整", "0.00")
    assert (content["rule"], content["cashier"], content["owed"]) == ("oldest", "吴丹", "30.50")
    assert receipt.number.text == f"SJ{customer.estate_id:02d}-{receipt.issued_on.year}-000001"
    with work(acting()):
        assert {each.bill_id for each in queries.settled_by(receipt.about_id)} == {first.id, second.id}
    assert faults(db) == {}


def test_one_key_is_one_payment_and_one_receipt(db: Session, work: Work, customer: Customer) -> None:
    make_bill(customer, "100.00")
    with work(acting()):
        first = service.take(customer, money("100.00"))
    with work(acting()):
        assert service.take(customer, money("100.00")).id == first.id
    assert db.scalar(select(func.count()).select_from(Payment)) == 1
    with work(acting()), pytest.raises(DomainError):
        service.take(customer, money("90.00"))
    assert faults(db) == {}


def test_what_fails_after_the_number_gives_it_back(db: Session, work: Work, customer: Customer) -> None:
    """A fault, a refusal or a kill: payment, receipt and number are one unit of work."""

    def is_cut_off() -> None:
        with work(acting()):
            service.take(customer, money("10.00", key="lost"))
            raise RuntimeError("the cable was pulled")

    with pytest.raises(RuntimeError):
        is_cut_off()
    assert db.scalar(select(func.count()).select_from(Receipt)) == 0
    assert db.scalar(select(func.count()).select_from(Number).where(Number.text.startswith("SJ"))) == 0
    with work(acting()):
        assert service.take(customer, money("10.00", key="kept")).number.serial == 1
    assert faults(db) == {}


def test_a_payment_taken_back_leaves_a_void_receipt(db: Session, work: Work, customer: Customer) -> None:
    make_bill(customer, "100.00")
    with work(acting()):
        receipt = service.take(customer, money("100.00"))
        books.take_back_alone(db_payment(receipt), "收错户")
    with work(acting()):
        again = service.take(customer, money("100.00", key="two"))
    db.expire_all()
    void = db.get_one(Receipt, receipt.id)
    assert (void.void_reason, void.voided_by) == ("收错户", "吴丹")
    with work(acting()):
        [series] = gap_report([estate_of(customer)])
    assert (series.last, series.receipts, series.missing) == (2, 2, [])
    assert [(row.number, row.void_reason) for row in series.void] == [(receipt.number.text, "收错户")]
    assert again.number.serial == 2
    assert faults(db) == {}


def db_payment(receipt: Receipt) -> Payment:
    return session().get_one(Payment, receipt.about_id)


def estate_of(customer: Customer) -> Estate:
    return session().get_one(Estate, customer.estate_id)


def test_a_void_receipt_stays_void_and_no_document_has_two(db: Session, customer: Customer) -> None:
    payment = make_payment(customer)
    receipt = make_receipt(payment, voided_by="吴丹", voided_at=make.NOW, void_reason="录错")
    living = update(Receipt).where(Receipt.id == receipt.id).values(voided_by=None, voided_at=None)
    with pytest.raises(DBAPIError, match="void"), db.begin_nested():
        db.execute(living)
    with pytest.raises(IntegrityError):
        make_receipt(payment)


def test_a_refund_has_a_voucher_that_names_who_decided(app: Flask, db: Session, work: Work, customer: Customer) -> None:
    with work(acting()):
        paid = service.take(customer, money("50.00"))
        wish = Wish(kind=AdjustmentKind.refund, amount=Decimal("20.00"), reason="多收", method=Method.transfer)
        asked = books.request(db_payment(paid), wish)
    with work(supervisor()):
        books.approve(get_request(asked.id))
    db.expire_all()
    voucher = db.scalars(select(Receipt).filter_by(kind=ReceiptKind.refund)).one()
    content = voucher.content
    assert content["number"].startswith("TK")
    assert (content["of_receipt"], content["reason"]) == (paid.content["number"], "多收")
    assert (content["cashier"], content["approver"]) == ("吴丹", "郑凯")
    assert db.get_one(AdjustmentRequest, asked.id).state == "approved"
    with app.test_request_context():
        g.actor = acting()
        for template in papers.TEMPLATES.values():
            printed = make_print(voucher)
            told = papers.shown(queries.get_receipt(voucher.id))
            mark = proof.Mark(number="", version=1, short_hash="", copy=1, copies=1, code=Markup())
            paper = render_template(
                f"document/{template}", receipt=voucher, printed=printed, again=True, mark=mark, company="", **told
            )
            assert paid.content["number"] in paper
    assert faults(db) == {}


def test_a_second_print_says_why(work: Work, customer: Customer) -> None:
    with work(acting()):
        receipt = service.take(customer, money("10.00"))
        service.print_receipt(receipt, PrintSize.slip)
        with pytest.raises(DomainError):
            service.print_receipt(receipt, PrintSize.slip)
        service.print_receipt(receipt, PrintSize.a4, "客户遗失")
        assert [each.reason for each in queries.prints_of(receipt.id)] == ["", "客户遗失"]


def test_a_bank_collection_gets_a_receipt_when_asked(db: Session, work: Work, customer: Customer) -> None:
    collected = make_payment(customer, "88.00", method=Method.bank_collection)
    with work(acting()):
        receipt = service.issue_for_payment(session().get_one(Payment, collected.id))
        assert receipt.content["method"] == "bank_collection"
        with pytest.raises(DomainError):
            service.issue_for_payment(session().get_one(Payment, collected.id))
    assert faults(db) == {}


def line(period: str, amount: str, left: str = "0.00", item: str = "物业费") -> dict[str, str]:
    return {"item": item, "unit": "3-1-502", "period": f"{period}-01", "amount": amount, "left": left}


def test_months_that_follow_one_another_are_one_line() -> None:
    lines = [line("2026-02", "2"), line("2026-01", "1"), line("2026-03", "1", "1.00"), line("2026-05", "4")]
    lines += [line("2026-01", "9", item="水费"), line("2026-01", "1", item="水费")]
    told = [(run.item, run.first, run.last, run.count, run.amount, run.is_part) for run in together(lines)]
    assert told == [
        ("水费", "2026-01", "2026-01", 1, Decimal(10), False),
        ("物业费", "2026-01", "2026-03", 3, Decimal(4), True),
        ("物业费", "2026-05", "2026-05", 1, Decimal(4), False),
    ]


def no_receipt(customer: Customer) -> None:
    make_payment(customer)


def another_sum(customer: Customer) -> None:
    make_receipt(make_payment(customer), amount=Decimal(1))


def void_alone(customer: Customer) -> None:
    make_receipt(make_payment(customer), voided_by="吴丹", voided_at=make.NOW, void_reason="录错")


def not_void(customer: Customer) -> None:
    payment = make_payment(customer)
    make_receipt(payment)
    make_reversal(payment)


def number_alone(customer: Customer) -> None:
    make.make_number(f"收据{customer.estate_id:02d}", "SJX")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (no_receipt, {"receipt"}),
        (another_sum, {"receipt"}),
        (void_alone, {"receipt", "void_receipt"}),
        (not_void, {"void_receipt"}),
        (number_alone, {"number"}),
    ],
)
def test_each_fault_is_found(
    db: Session, customer: Customer, spoil: Callable[[Customer], None], found: set[str]
) -> None:
    make_receipt(make_payment(customer))
    assert faults(db) == {}
    spoil(customer)
    assert set(faults(db)) == found


def test_a_gap_is_found_and_named(db: Session, work: Work, customer: Customer) -> None:
    for _ in range(2):
        make_receipt(make_payment(customer))
    series = db.scalars(select(NumberSeries).where(NumberSeries.name.startswith("收据"))).one()
    series.last = 4
    db.commit()
    assert set(faults(db)) == {"serials"}
    with work(acting()):
        assert gap_report([estate_of(customer)])[0].missing == [3, 4]


def test_a_printed_receipt_that_became_void_is_superseded(work: Work, customer: Customer) -> None:
    with work(acting()):
        receipt = service.take(customer, money("10.00"))
        printed = proof.issue(papers.RECEIPT, receipt.id, receipt.number.text, papers.content_of(receipt))
        assert [verdict.state for verdict in proof.verdicts(printed.hash)] == ["current"]
        books.take_back_alone(db_payment(receipt), "收错户")
        [verdict] = proof.verdicts(printed.hash)
        assert (verdict.state, verdict.may_see) == ("superseded", True)
        assert [each.path for each in verdict.differences] == [("void",)]


def test_many_at_once_make_one_payment_of_a_key_and_no_gap(own_work: Work, own_engine: Engine, estate_row: int) -> None:
    """Double clicks and two counters, each in a connection of its own."""
    with own_work() as db:
        customer = Customer(
            estate_id=estate_row, kind=CustomerKind.person, name="欧阳娜娜", registered_on=business_day()
        )
        db.add(customer)
    keys = ["same"] * 4 + ["a", "b", "c"]

    def pay(key: str) -> str:
        with own_work():
            found = session().get_one(Customer, customer.id)
            return service.take(found, money("10.00", key=key)).number.text

    with ThreadPoolExecutor(len(keys)) as pool:
        numbers = list(pool.map(pay, keys))
    assert len(set(numbers[:4])) == 1
    assert sorted(int(number[-6:]) for number in set(numbers)) == [1, 2, 3, 4]
    with own_work() as db:
        assert {name for name, (_title, check) in invariants.CHECKS.items() if db.execute(check()).all()} == set()


@pytest.fixture
def estate_row(own_work: Work) -> int:
    with own_work() as db:
        estate = Estate(name="阳光花园")
        db.add(estate)
    return estate.id
