"""What the code refuses the database refuses as well, whoever writes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.exc import DBAPIError

from crm.billing.cashier.models import CloseState, DayClose, Receipt, ReceiptKind
from crm.billing.ledger import service
from crm.billing.ledger.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentRequest,
    Allocation,
    Bill,
    BillSource,
    Payment,
)
from crm.billing.ledger.queries import get_request
from crm.billing.runs import service as runs
from crm.billing.runs.models import BillingRun
from crm.db import movable_columns
from tests import factories as make
from tests.billing.ledger.books import CASHIER, MARCH, NOW, SUPERVISOR, TODAY, acting, adjust, bill, pay, wish
from tests.billing.making import make_item

MODELS: tuple[Any, ...] = (Bill, Payment, Allocation, Adjustment, Receipt)


def refuses(db, statement) -> bool:
    """Whether the database refuses it; what it does not refuse is taken back as well."""
    db.flush()
    attempt = db.begin_nested()
    try:
        db.execute(statement, execution_options={"synchronize_session": False})
    except DBAPIError:
        return True
    finally:
        attempt.rollback()
    return False


@pytest.fixture
def written(books, owner, estate) -> dict[type, int]:
    """One row of each kind: a part paid bill, a payment with credit, and what came of them."""
    owed = bill(owner, "100")
    payment = pay(owner, "150", [owed.id])
    done = adjust(bill(owner, "70"), AdjustmentKind.waiver, "1")
    receipt = books.scalars(
        select(Receipt).where(Receipt.kind == ReceiptKind.payment, Receipt.about_id == payment.id)
    ).one()
    [allocation] = books.scalars(select(Allocation.id).where(Allocation.payment_id == payment.id))
    return {
        Bill: owed.id,
        Payment: payment.id,
        Allocation: allocation,
        Adjustment: done.id,
        Receipt: receipt.id,
    }


def test_every_column_but_the_movable_ones_stays(books, written):
    for model in MODELS:
        for column in model.__table__.columns:
            same = update(model).where(model.id == written[model]).values({column.key: column})
            movable = column.key in movable_columns[model.__tablename__]
            assert refuses(books, same) is not movable, f"{model.__tablename__}.{column.key}"
        assert refuses(books, delete(model).where(model.id == written[model])), model


def test_what_is_open_moves_between_nought_and_the_whole(books, written):
    for model, whole in ((Bill, 100), (Payment, 150)):
        row = update(model).where(model.id == written[model])
        for fen, allowed in ((0, True), (whole * 100, True), (-1, False), (whole * 100 + 1, False)):
            assert refuses(books, row.values(open=Decimal(fen) / 100)) is not allowed, (model, fen)


def test_a_void_bill_stays_void(books, owner):
    void = bill(owner, "100")
    adjust(void, AdjustmentKind.void)
    assert refuses(books, update(Bill).where(Bill.id == void.id).values(voided=False))
    assert refuses(books, update(Bill).where(Bill.id == void.id).values(open=Decimal(1)))


def test_a_void_receipt_and_a_closed_drawer_stay(books, owner, written):
    cashier, receipt = make.user_called(CASHIER), update(Receipt).where(Receipt.id == written[Receipt])
    void = {"voided_by": "吴丹", "voided_at": NOW, "void_reason": "抬头写错"}
    assert refuses(books, receipt.values(voided_by="吴丹"))
    books.execute(receipt.values(void))
    assert refuses(books, receipt.values(void_reason="另一个理由"))
    facts = {"estate_id": owner.estate_id, "cashier_id": cashier.id, "day": TODAY, "counted": {}, "expected": {}}
    drawer = {"pieces": {}, "recounts": [], "state": CloseState.counted}
    closes = [DayClose(**facts, **drawer, variance=Decimal(0), closed_at=NOW) for _ in range(2)]
    books.add_all(closes)
    books.flush()
    for model in (Payment, Adjustment):
        row = update(model).where(model.id == written[model])
        books.execute(row.values(day_close_id=closes[0].id))
        assert not refuses(books, row.values(day_close_id=closes[0].id))
        for other in (closes[1].id, None):
            assert refuses(books, row.values(day_close_id=other))


def test_nobody_decides_about_the_own_request(books, owner):
    asked = service.request(bill(owner), wish(AdjustmentKind.waiver, "1"))
    cashier, supervisor = (make.user_called(name).id for name in (CASHIER, SUPERVISOR))
    row = update(AdjustmentRequest).where(AdjustmentRequest.id == asked.id)
    decided = {"decided_at": NOW, "decided_by_id": cashier}
    assert refuses(books, row.values(state="approved", **decided))
    assert refuses(books, row.values(state="approved"))
    assert refuses(books, row.values(decided_by_id=supervisor))
    assert not refuses(books, row.values(state="approved", **(decided | {"decided_by_id": supervisor})))


@pytest.mark.parametrize("state", ["approved", "refused", "withdrawn"])
def test_what_is_decided_stays(books, owner, state):
    asked = get_request(service.request(bill(owner), wish(AdjustmentKind.waiver, "1")).id)
    if state == "withdrawn":
        service.withdraw(asked)
    else:
        with acting(SUPERVISOR):
            {"approved": service.approve, "refused": service.refuse}[state](asked, "已核对")
    row = AdjustmentRequest.id == asked.id
    assert refuses(books, update(AdjustmentRequest).where(row).values(state="requested", decided_by_id=None))
    assert refuses(books, update(AdjustmentRequest).where(row).values(decision="另一个说法"))
    assert refuses(books, delete(AdjustmentRequest).where(row))


def copied(model: Any, row_id: int, **given: Any) -> Any:
    """INSERT of a row like that one, but for what is given."""
    table = model.__table__
    columns = {column.key: column for column in table.columns if column.key != "id"}
    chosen = [
        literal(given[name], column.type).label(name) if name in given else column for name, column in columns.items()
    ]
    return insert(table).from_select(list(columns), select(*chosen).where(table.c.id == row_id))


def test_what_no_row_can_be(books, owner, written):
    """Signs, sums, what it is about, days, and each row taken back once."""
    service.undo(books.get_one(Adjustment, written[Adjustment]), "算错")
    wrong = [
        (Bill, {"amount": Decimal(0), "open": Decimal(0)}),
        (Bill, {"ends": date(2026, 3, 1)}),
        (Payment, {"amount": Decimal(0), "open": Decimal(0), "key": "another"}),
        (Payment, {}),  # the key
        (Allocation, {"amount": Decimal(-1)}),
        (Allocation, {"amount": Decimal(1), "reverses_id": written[Allocation]}),
        (Adjustment, {"amount": Decimal(-1), "request_id": None}),
        (Adjustment, {"kind": "refund", "request_id": None}),
        (Adjustment, {"payment_id": written[Payment], "request_id": None}),
        (Adjustment, {"bill_id": None, "request_id": None}),
        (Adjustment, {}),  # the request was carried out
        (Adjustment, {"amount": Decimal(-1), "request_id": None, "reverses_id": written[Adjustment]}),
    ]
    for model, given in wrong:
        assert refuses(books, copied(model, written[model], **given)), (model, given)
    assert not refuses(books, copied(Payment, written[Payment], key="another"))
    assert not refuses(books, copied(Adjustment, written[Adjustment], request_id=None))


@pytest.mark.parametrize(
    ("given", "twice"),
    [
        ({}, False),
        ({"begins": date(2026, 3, 2)}, True),  # the overlap is found in the statement that publishes, and every night
        ({"meter": 1}, True),
        ({"source": "single"}, True),
        ({"source": "late_fee"}, True),
        ({"source": "transfer"}, False),
        ({"unit_id": None}, True),
        ({"voided": True}, True),
    ],
)
def test_one_live_bill_of_a_unit_and_item_from_a_day_on(books, owner, estate, given, twice):
    flat, item = make.make_unit(estate), make_item(estate)
    owed = bill(owner, "100", unit_id=flat.id, item=item, source=BillSource.run)
    assert refuses(books, copied(Bill, owed.id, **given)) is not twice


def test_one_run_of_an_item_and_month(books, estate):
    item = make_item(estate)
    run = runs.draft(item, MARCH)
    assert runs.draft(item, TODAY) is run
    assert refuses(books, copied(BillingRun, run.id))
    assert refuses(books, update(BillingRun).where(BillingRun.id == run.id).values(state="published"))
    assert refuses(books, delete(BillingRun).where(BillingRun.id == run.id))
