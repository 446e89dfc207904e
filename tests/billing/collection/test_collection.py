"""Asking the bank: whom, for how much, the file, every kind of answer, and booking it once."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from flask import g
from sqlalchemy import func, select

from crm.auth.actor import system_actor
from crm.billing.collection import jobs, service
from crm.billing.collection.models import CollectionBatch, CollectionLine, LineState, Mandate
from crm.billing.collection.queries import get_batch, lines_of
from crm.billing.collection.understanding import Answer, Fault, answers
from crm.billing.ledger import service as books
from crm.billing.ledger.invariants import CHECKS
from crm.billing.ledger.models import Bill, Method, Payment
from crm.billing.ledger.queries import get_bill
from crm.dates import today
from crm.errors import DomainError
from crm.secrecy import unseal
from crm.workbooks.cells import Sheet
from tests import factories as make
from tests.auth.steps import let_pass
from tests.billing.making import make_bill

ACCOUNT = "6222021001116245702"


@pytest.fixture
def day(app):
    return today(app.settings.timezone)


@pytest.fixture
def three(app, work, estate, day):
    """Three customers with mandates who owe 300, 200 (two bills) and nothing that is due."""
    people = [make.make_customer(estate, name) for name in ("欧阳娜娜", "司马青", "上官云")]
    for number, customer in enumerate(people, start=1):
        with work():
            service.enter_mandate(
                customer,
                service.Entered(
                    agreement=f"XY{number:03d}",
                    bank="工商银行",
                    holder=customer.name,
                    account=ACCOUNT,
                    since=date(2020, 1, 1),
                ),
            )
    make_bill(people[0], "300.00", due_on=day)
    make_bill(people[1], "150.00", due_on=day), make_bill(people[1], "50.00", due_on=day)
    make_bill(people[2], "99.00", due_on=day + timedelta(days=1))
    return people


@pytest.fixture
def batch(work, estate, three, day):
    with work():
        return service.draw(estate, day)


def sheet(*rows):
    return Sheet(
        "回盘", [["托收回盘文件"], [], ["序号", "协议号", "实扣金额", "扣款结果", "失败原因"], *map(list, rows)]
    )


def answered(work, batch, *rows):
    with work():
        found = get_batch(batch.id)
        service.take_answer(found, sheet(*rows), b"a,b\r\n1,2\r\n", "回盘.csv")
        return [fault["why"] for fault in found.faults], [
            (line.state.value, line.paid, line.reason) for line in lines_of(batch.id)
        ]


def test_the_account_is_sealed_and_shown_masked(app, db, three):
    mandate = db.scalars(select(Mandate)).first()
    assert mandate.account_masked == "****5702"
    with app.app_context():
        assert unseal(mandate.account) == ACCOUNT


@pytest.mark.parametrize("account", ["", "1234567", "6222x02100111624", "6" * 33])
def test_what_is_no_account(app, account):
    with app.test_request_context():
        assert service.account_fault(account)


def test_one_mandate_at_a_time(work, three):
    entered = service.Entered(agreement="XY9", bank="农业银行", holder="-", account=ACCOUNT, since=date(2026, 1, 1))
    with pytest.raises(DomainError, match="请先终止"), work():
        service.enter_mandate(three[0], entered)


def test_what_is_due_is_asked_for_disputed_lines_are_not(db, work, estate, three, day):
    with work():
        books.dispute(get_bill(db.scalars(select(Bill.id).where(Bill.amount == Decimal("50.00"))).one()), "漏水", day)
    with work():
        drawn = service.draw(estate, day)
    asked = db.scalars(select(CollectionLine.amount).where(CollectionLine.batch_id == drawn.id)).all()
    assert asked == [Decimal("300.00"), Decimal("150.00")]
    assert drawn.total == Decimal("450.00")
    with pytest.raises(DomainError, match="已报送银行"), work():
        service.draw(estate, day)


def test_a_cancelled_file_lets_its_customers_be_asked_again(work, estate, batch, day):
    with work():
        service.cancel(get_batch(batch.id))
    with work():
        assert service.draw(estate, day).total == batch.total


READ = [
    (["1", "XY001", "300", "成功", ""], (1, "XY001", True, Decimal(300), "成功")),
    ([Decimal(2), "XY002", "", "失败", "余额不足"], (2, "XY002", False, None, "余额不足")),
    (["", "XY002", "1,200.50", "0000", ""], (None, "XY002", True, Decimal("1200.50"), "0000")),
    (["1", "XY001", "300", "已扣款", ""], (1, "XY001", True, Decimal(300), "已扣款")),
    (["1", "XY001", "300", "未成功", ""], (1, "XY001", False, Decimal(300), "未成功")),
]


@pytest.mark.parametrize(("row", "answer"), READ)
def test_a_row_of_the_answer(app, row, answer):
    with app.test_request_context():
        [found] = answers(sheet(row))
    assert isinstance(found, Answer)
    assert (found.serial, found.agreement, found.is_paid, found.paid, found.reason) == answer


@pytest.mark.parametrize(
    "row", [["1", "XY001", "三百", "成功"], ["x", "", "1", "成功"], ["1", "", "1", ""], ["1", "", "1.005", "成功"]]
)
def test_a_row_that_cannot_be_read(app, row):
    with app.test_request_context():
        assert [type(found) for found in answers(sheet(row))] == [Fault]


def test_a_file_without_a_result_is_refused(app):
    with app.test_request_context(), pytest.raises(DomainError, match="结果"):
        list(answers(Sheet("x", [["序号", "金额"], ["1", "3"]])))


def test_the_differences_are_named(work, batch):
    faults, lines = answered(
        work,
        batch,
        ["1", "XY001", "300.00", "成功", ""],
        ["1", "XY001", "300.00", "失败", "重复"],
        ["2", "XY001", "200.00", "成功", ""],
        ["7", "XY007", "10.00", "成功", ""],
        ["2", "XY002", "200.01", "成功", ""],
    )
    assert [why[:4] for why in faults] == ["文件中该", "序号与协", "报盘中没", "报盘金额"]
    assert lines == [("paid", Decimal("300.00"), ""), ("waiting", None, "")]


def test_booked_once_and_allocated(app, db, work, batch):
    answered(work, batch, ["1", "XY001", "250.00", "成功", ""], ["2", "XY002", "", "失败", "余额不足"])
    for _again in range(2):
        with work():
            found = get_batch(batch.id)
            assert service.book_part(found) == (0 if _again else 1)
    with work():
        service.conclude(get_batch(batch.id))
    paid = db.scalars(select(Payment)).one()
    assert (paid.amount, paid.open, paid.method) == (Decimal("250.00"), Decimal(0), Method.bank_collection)
    assert db.scalar(select(Bill.open).where(Bill.amount == Decimal("300.00"))) == Decimal("50.00")
    with pytest.raises(DomainError), work():
        service.book_part(get_batch(batch.id))
    with app.app_context():
        g.actor = system_actor("tests")
        assert [name for name, (_, check) in CHECKS.items() if db.execute(check()).first()] == []


def test_a_later_file_takes_the_place_of_one_not_booked(work, batch):
    answered(work, batch, ["1", "XY001", "300.00", "成功", ""])
    assert answered(work, batch, ["2", "XY002", "200.00", "成功", ""])[1] == [
        ("waiting", None, ""),
        ("paid", Decimal("200.00"), ""),
    ]


class Hand:
    """A runner's step, killed after so many units."""

    def __init__(self, work, payload, units):
        self.work, self.job_payload, self.payload, self.place, self.units = work, payload, {}, {}, units

    def unit(self, *, done=0):
        self.units -= 1
        if self.units < 0:
            raise KeyboardInterrupt
        return self.work()

    def expect(self, total):
        self.total = total


def test_a_killed_runner_leaves_nothing_half_done(app, db, work, batch, monkeypatch):
    monkeypatch.setattr(service, "PART", 1)
    answered(work, batch, ["1", "XY001", "300", "成功", ""], ["2", "XY002", "200", "成功", ""])
    for units in range(1, 4):
        with app.app_context():
            g.actor = system_actor("tests")
            with pytest.raises(KeyboardInterrupt):
                jobs.book(Hand(work, {"batch_id": batch.id}, units))
    with app.app_context():
        g.actor = system_actor("tests")
        jobs.book(Hand(work, {"batch_id": batch.id}, 99))
        jobs.book(Hand(work, {"batch_id": batch.id}, 0))
    assert db.scalar(select(func.count(Payment.id))) == 2
    assert db.scalar(select(func.sum(Bill.open)).where(Bill.due_on <= batch.drawn_on)) == 0


def test_the_pages(app, db, sign_in, estate, other_estate, three, day):
    cashier, supervisor = sign_in("wudan"), sign_in("zhengkai")
    other = make.make_customer(other_estate)
    assert "****5702" in cashier.get(f"/billing/collection/customers/{three[0].id}").text
    mandate = db.scalars(select(Mandate).where(Mandate.customer_id == three[2].id)).one()
    assert (
        cashier.post(f"/billing/collection/mandates/{mandate.id}/end", data={"version": mandate.version}).status_code
        == 302
    )
    form = {"agreement": "XY009", "bank": "农行", "holder": "上官云", "account": "12", "since": "2026-01-01"}
    answer = cashier.post(f"/billing/collection/customers/{three[2].id}/new", data=form)
    assert answer.status_code == 422
    assert 'value="12"' in answer.text
    form["account"] = ACCOUNT
    assert cashier.post(f"/billing/collection/customers/{three[2].id}/new", data=form).status_code == 302
    assert sign_in("limin").get(f"/billing/collection/customers/{other.id}").status_code == 404
    assert cashier.get("/billing/collection/draw").status_code == 403
    answer = supervisor.post("/billing/collection/draw", data={"estate_id": estate.id, "until": day.isoformat()})
    assert answer.status_code == 302
    batch = db.scalars(select(CollectionBatch)).one()
    page = f"/billing/collection/{batch.id}"
    assert "500.00" in supervisor.get(page).text
    let_pass(db)
    file = supervisor.post(f"{page}/file", data={"as": "csv"})
    rows = list(csv.reader(StringIO(file.data.decode("gb18030"))))
    assert rows[1][:6] == ["1", "XY001", "工商银行", ACCOUNT, "欧阳娜娜", "300.00"]
    assert supervisor.post(f"{page}/file").data[:2] == b"PK"
    answer = supervisor.post(
        f"{page}/answer", data={"file": (BytesIO(b"a,b\r\n1,2\r\n"), "x.csv"), "version": batch.version}
    )
    assert answer.status_code == 422
    back = "序号,金额,结果,原因\r\n1,300.00,成功,\r\n2,200.00,失败,余额不足\r\n9,1.00,成功,\r\n"
    answer = supervisor.post(
        f"{page}/answer", data={"file": (BytesIO(back.encode("gb18030")), "回盘.csv"), "version": batch.version}
    )
    assert answer.status_code == 302
    shown = supervisor.get(page).text
    assert "余额不足" in shown
    assert "报盘中没有这个编号" in shown
    assert supervisor.post(f"{page}/cancel", data={"version": 2}).status_code in (409, 422)
    db.expire_all()
    assert supervisor.post(f"{page}/book", data={"version": batch.version}).status_code == 302
    db.expire_all()
    assert db.scalar(select(func.count(CollectionLine.id)).where(CollectionLine.payment_id.is_not(None))) == 1
    assert [line.state for line in db.scalars(select(CollectionLine).order_by(CollectionLine.serial))] == [
        LineState.paid,
        LineState.failed,
    ]
