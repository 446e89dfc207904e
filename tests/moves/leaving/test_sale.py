"""A sale from beginning to end by the verbs: the debt is divided, nothing vanishes, nobody sees another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.archive.dossiers.models import Dossier, Item
from crm.billing.charges.models import Basis, ChargeItem
from crm.billing.ledger.models import Bill
from crm.billing.runs import service as runs
from crm.db import session
from crm.errors import DomainError
from crm.jobs.runner import run_all
from crm.moves.keys import service as keys
from crm.moves.keys.queries import out_of
from crm.moves.leaving import queries, service
from crm.moves.leaving.models import Leaving, LeavingKind, LeavingState
from crm.moves.leaving.service import Buyer, Handed, KeyFate, Papers, Read, Signatures, Started
from crm.moves.leaving.standing import division, stages
from crm.properties.models import Estate, Unit, UnitStatus
from crm.properties.queries import get_unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from crm.tenants.queries import get_customer
from tests import factories as make
from tests.acting import as_
from tests.billing.ledger.making import make_adjustment
from tests.billing.making import make_bill, make_item, make_meter, make_reading, make_tariff
from tests.moves.leaving.making import DAY, make_owner, picture

Work = Callable[..., Any]
FIRST, NEXT = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def clerk(app: Any, work: Work) -> Callable[..., Any]:
    """`clerk(act)`: in a unit of work of 李敏's, inside a request."""

    def run(act: Callable[[], Any]) -> Any:
        with app.test_request_context(), work(as_("limin")):
            return act()

    return run


@pytest.fixture
def flat(estate: Estate) -> Unit:
    return make.make_unit(estate, "3-1-502", built_area=Decimal("100.00"))


@pytest.fixture
def seller(estate: Estate, flat: Unit) -> Occupancy:
    return make_owner(estate, unit=flat)


@pytest.fixture
def buyer(estate: Estate) -> Customer:
    return make.make_customer(estate, "钱多多")


@pytest.fixture
def fee(estate: Estate) -> ChargeItem:
    item = make_item(estate, "物业服务费")
    make_tariff(item, "3.00")
    return item


def publish(work: Work, item: ChargeItem, month: date = FIRST) -> None:
    with work(as_("zhengkai")):
        held = session().get_one(ChargeItem, item.id)
        runs.publish(runs.draft(held, month), held)


def begin(clerk: Any, seller: Occupancy, kind: LeavingKind = LeavingKind.sale, **given: Any) -> int:
    facts: dict[str, Any] = {"day": DAY, "leaves": [seller.id], "papers": Papers(contract="合同 2026-08")}
    started = Started(kind=kind, **(facts | given))
    return int(clerk(lambda: service.start(get_unit(seller.unit_id), started).id))


def name(clerk: Any, leaving_id: int, buyer: Customer, share: str | None = None) -> None:
    bought = Decimal(share) if share else None
    clerk(
        lambda: service.name_buyer(
            queries.get_leaving(leaving_id), Buyer(customer=get_customer(buyer.id), share=bought)
        )
    )


def ready(clerk: Any, leaving_id: int, note: str = "月底缴清") -> None:
    """Everything but the signatures."""
    clerk(lambda: service.hand_keys(queries.get_leaving(leaving_id), [], "交回两把"))
    clerk(lambda: service.see_money(queries.get_leaving(leaving_id)))
    clerk(lambda: service.note_open(queries.get_leaving(leaving_id), note))


def sign(clerk: Any, leaving_id: int) -> None:
    made = Signatures(leaver=picture(), buyer=picture(), clerk=picture())
    clerk(lambda: service.sign(queries.get_leaving(leaving_id), made))


def close(clerk: Any, leaving_id: int, status: UnitStatus = UnitStatus.vacant) -> None:
    clerk(lambda: service.close(queries.get_leaving(leaving_id), status))


def sold(clerk: Any, seller: Occupancy, buyer: Customer, **given: Any) -> int:
    leaving_id = begin(clerk, seller, **given)
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    return leaving_id


def bills_of(db: Any, customer_id: int) -> list[tuple[date, date, Decimal, bool]]:
    db.expire_all()
    found = db.scalars(select(Bill).where(Bill.customer_id == customer_id).order_by(Bill.begins, Bill.id))
    return [(bill.begins, bill.ends, bill.amount, bill.voided) for bill in found]


def test_a_period_is_split_by_days_and_the_arrears_stay(clerk, work, db, estate, flat, seller, buyer, fee):
    publish(work, fee, date(2026, 10, 1))
    publish(work, fee)
    leaving_id = sold(clerk, seller, buyer)
    assert bills_of(db, seller.customer_id) == [
        (date(2026, 10, 1), FIRST, Decimal("300.00"), False),
        (FIRST, NEXT, Decimal("300.00"), True),
        (FIRST, DAY, Decimal("140.00"), False),
    ]
    assert bills_of(db, buyer.id) == [(DAY, NEXT, Decimal("160.00"), False)]
    [told] = db.scalars(select(Bill.note).where(Bill.customer_id == buyer.id)).all()
    assert "16" in told
    assert "30" in told
    occupancies = db.scalars(select(Occupancy).where(Occupancy.unit_id == flat.id).order_by(Occupancy.id)).all()
    assert [(each.customer_id, each.starts, each.ends) for each in occupancies] == [
        (seller.customer_id, date(2020, 1, 1), DAY),
        (buyer.id, DAY, None),
    ]
    leaving = db.get_one(Leaving, leaving_id)
    assert leaving.state is LeavingState.closed
    assert db.get_one(Unit, flat.id).status is UnitStatus.vacant
    publish(work, fee, NEXT)
    assert bills_of(db, buyer.id)[1:] == [(NEXT, date(2027, 1, 1), Decimal("300.00"), False)]


def test_a_month_not_billed_yet_is_billed_to_each_by_the_run(clerk, work, db, seller, buyer, fee):
    sold(clerk, seller, buyer)
    assert bills_of(db, buyer.id) == []
    publish(work, fee)
    assert bills_of(db, seller.customer_id) == [(FIRST, DAY, Decimal("140.00"), False)]
    assert bills_of(db, buyer.id) == [(DAY, NEXT, Decimal("160.00"), False)]


def test_months_billed_beyond_the_day_pass_on_whole(clerk, work, db, seller, buyer, fee):
    """Told late: what was billed to her for days after the day is the buyer's."""
    for month in (date(2026, 9, 1), date(2026, 10, 1), FIRST):
        publish(work, fee, month)
    sold(clerk, seller, buyer, day=date(2026, 10, 1))
    assert [each[2:] for each in bills_of(db, seller.customer_id)] == [
        (Decimal("300.00"), False),
        (Decimal("300.00"), True),
        (Decimal("300.00"), True),
    ]
    assert [each[:2] for each in bills_of(db, buyer.id)] == [(date(2026, 10, 1), FIRST), (FIRST, NEXT)]


def test_what_a_tenant_pays_is_nobodys_business(clerk, work, db, estate, flat, seller, buyer):
    item = make_item(estate, "垃圾清运费", Basis.fixed, payer="occupant")
    make_tariff(item, "30.00")
    tenant = make.make_customer(estate, "吴学文")
    make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2024, 1, 1))
    publish(work, item)
    sold(clerk, seller, buyer)
    assert [each[2:] for each in bills_of(db, tenant.id)] == [(Decimal("30.00"), False)]
    assert bills_of(db, buyer.id) == []


def test_a_tenant_who_leaves_hands_the_rest_to_the_owner(clerk, work, db, estate, flat, seller):
    item = make_item(estate, "垃圾清运费", Basis.fixed, payer="occupant")
    make_tariff(item, "30.00")
    tenant = make.make_customer(estate, "吴学文")
    lease = make.make_occupancy(tenant, flat, OccupancyRole.tenant, starts=date(2024, 1, 1))
    publish(work, item)
    leaving_id = begin(clerk, lease, LeavingKind.move_out)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    assert [each[2:] for each in bills_of(db, tenant.id)] == [(Decimal("30.00"), True), (Decimal("14.00"), False)]
    assert [each[2:] for each in bills_of(db, seller.customer_id)] == [(Decimal("16.00"), False)]
    assert db.get_one(Unit, flat.id).status is UnitStatus.vacant


def test_consumption_after_the_day_is_the_buyers(clerk, work, db, estate, flat, seller, buyer):
    water = make_item(estate, "水费", Basis.meter, meter_kind="water")
    make_tariff(water, "4.00")
    meter = make_meter(estate, flat, installed_on=date(2026, 9, 30))
    make_reading(meter, "10", date(2026, 10, 31))
    publish(work, water, date(2026, 10, 1))
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    assert {each.name for each in clerk(lambda: stages(queries.get_leaving(leaving_id))) if each.missing} >= {
        "readings"
    }
    read = [Read(meter_id=meter.id, value=Decimal(15))]
    clerk(lambda: service.read_meters(queries.get_leaving(leaving_id), read, ""))
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    make_reading(meter, "18", date(2026, 11, 30))
    publish(work, water)
    assert [each[1:3] for each in bills_of(db, seller.customer_id)] == [
        (date(2026, 10, 31), Decimal("40.00")),
        (DAY, Decimal("20.00")),
    ]
    assert bills_of(db, buyer.id) == [(DAY, date(2026, 11, 30), Decimal("12.00"), False)]


def test_a_bill_changed_after_signing_wants_another_signature(clerk, work, db, seller, buyer, fee):
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    publish(work, fee)
    with pytest.raises(DomainError):
        close(clerk, leaving_id)
    assert bills_of(db, buyer.id) == []
    clerk(lambda: service.unsign(queries.get_leaving(leaving_id), service.Said(reason="刚出账")))
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    assert [each[2] for each in bills_of(db, buyer.id)] == [Decimal("160.00")]


def test_what_comes_after_the_closing_is_divided_too(clerk, work, db, estate, flat, seller, buyer, fee):
    leaving_id = sold(clerk, seller, buyer)
    with pytest.raises(DomainError):
        clerk(lambda: service.settle(queries.get_leaving(leaving_id)))
    taken_over: dict[str, Any] = {"source": "import", "unit_id": flat.id, "item": fee, "ends": NEXT}
    make_bill(session_customer(db, seller), "300.00", FIRST, **taken_over)
    clerk(lambda: service.settle(queries.get_leaving(leaving_id)))
    assert bills_of(db, buyer.id) == [(DAY, NEXT, Decimal("160.00"), False)]


def session_customer(db: Any, occupancy: Occupancy) -> Customer:
    return db.get_one(Customer, occupancy.customer_id)


def test_shares_add_up_to_the_whole(clerk, db, estate, flat, seller, buyer):
    leaving_id = begin(clerk, seller)
    other = make.make_customer(estate, "孙小小")
    name(clerk, leaving_id, buyer, "60")
    assert any(
        each.name == "buyers" and each.missing for each in clerk(lambda: stages(queries.get_leaving(leaving_id)))
    )
    with pytest.raises(DomainError):
        name(clerk, leaving_id, other, "50")
    with pytest.raises(DomainError):
        name(clerk, leaving_id, buyer, "40")
    name(clerk, leaving_id, other)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    db.expire_all()
    found = db.scalars(select(Occupancy).where(Occupancy.ends.is_(None), Occupancy.unit_id == flat.id)).all()
    assert [(each.role, each.share) for each in found] == [
        (OccupancyRole.owner, Decimal(60)),
        (OccupancyRole.co_owner, Decimal(40)),
    ]


def test_of_two_owners_one_sells(clerk, db, estate, flat, buyer):
    first, second = make_owner(estate, "甲", flat, share=Decimal(70)), make_owner(estate, "乙", flat, share=Decimal(30))
    leaving_id = begin(clerk, second)
    with pytest.raises(DomainError):
        name(clerk, leaving_id, buyer, "70")
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    db.expire_all()
    live = db.scalars(select(Occupancy).where(Occupancy.ends.is_(None), Occupancy.unit_id == flat.id)).all()
    assert {(each.customer_id, each.share) for each in live} == {
        (first.customer_id, Decimal(70)),
        (buyer.id, Decimal(30)),
    }


def test_keys_go_to_the_buyer(clerk, db, estate, flat, seller, buyer):
    def hand_out() -> None:
        key = keys.add_key(get_unit(flat.id), "door", 3)
        giving = keys.Giving(
            customer=get_customer(seller.customer_id),
            lines=[keys.Taken(unit_key_id=key.id, count=3)],
            holder="欧阳娜娜",
        )
        keys.give(get_unit(flat.id), giving)

    clerk(hand_out)
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    [line] = clerk(lambda: out_of(flat.id))
    handed = [
        Handed(line_id=line.line_id, fate=KeyFate.passed_on, count=2),
        Handed(line_id=line.line_id, fate=KeyFate.lost, count=1, reason="掉进湖里"),
    ]
    clerk(lambda: service.hand_keys(queries.get_leaving(leaving_id), handed, ""))
    assert [(each.customer_id, each.count) for each in clerk(lambda: out_of(flat.id))] == [(buyer.id, 2)]
    assert not [s for s in clerk(lambda: stages(queries.get_leaving(leaving_id))) if s.name == "keys" and s.missing]


def test_nothing_is_signed_before_the_day(clerk, seller, buyer):
    leaving_id = begin(clerk, seller, day=date.today() + timedelta(days=5))
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    with pytest.raises(DomainError):
        sign(clerk, leaving_id)


def test_begun_once_and_never_beside_another(clerk, seller, buyer):
    first = begin(clerk, seller, key="form-1")
    assert begin(clerk, seller, key="form-1") == first
    with pytest.raises(DomainError, match="GH"):
        begin(clerk, seller, key="form-2")
    clerk(lambda: service.cancel(queries.get_leaving(first), service.Said(reason="不卖了")))
    assert begin(clerk, seller, key="form-3") != first


def test_cancelled_nothing_has_moved(clerk, work, db, seller, buyer, fee):
    publish(work, fee)
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    with pytest.raises(DomainError):
        clerk(lambda: service.cancel(queries.get_leaving(leaving_id), service.Said()))
    clerk(lambda: service.cancel(queries.get_leaving(leaving_id), service.Said(reason="买方贷款未批")))
    assert [each[2:] for each in bills_of(db, seller.customer_id)] == [(Decimal("300.00"), False)]
    db.expire_all()
    assert db.scalars(select(Occupancy.ends)).all() == [None]


def dossiers_of(db: Any, *customers: int) -> list[tuple[str, int]]:
    """State, and how many sheets lie there; of each customer."""
    db.expire_all()
    found = []
    for customer_id in customers:
        dossier = db.scalars(select(Dossier).filter_by(subject_kind="customer", subject_id=customer_id)).one()
        kinds = Item.source_kind.in_([queries.KIND, queries.BUYERS_KIND])
        found.append(
            (dossier.state.value, db.scalar(select(func.count(Item.id)).where(Item.dossier_id == dossier.id, kinds)))
        )
    return found


@pytest.mark.parametrize(("owed", "state"), [(False, "closed"), (True, "open")])
def test_both_dossiers_get_their_sheet(app, clerk, db, estate, flat, seller, buyer, owed, state):
    """The seller's is closed with it where nothing is open, else it waits; filed again nothing is there twice."""
    for customer in (seller.customer_id, buyer.id):
        make.make_dossier(estate, subject_id=customer)
    if owed:
        make_bill(session_customer(db, seller), "60.00", date(2026, 9, 1), item=make_item(estate), unit_id=flat.id)
    sold(clerk, seller, buyer)
    run_all(app)
    assert dossiers_of(db, seller.customer_id, buyer.id) == [(state, 1), ("open", 1)]
    run_all(app)
    assert dossiers_of(db, seller.customer_id, buyer.id) == [(state, 1), ("open", 1)]
    with app.test_request_context():
        waits = db.execute(queries.leavings(queries.WAITS)).all()
    assert [row.owed for row in waits] == ([Decimal("60.00")] if owed else [])


def test_a_meters_bill_beyond_the_day_is_told_and_stays(clerk, work, db, estate, flat, seller, buyer):
    water = make_item(estate, "水费", Basis.meter, meter_kind="water")
    make_tariff(water, "4.00")
    meter = make_meter(estate, flat, installed_on=date(2026, 9, 30))
    make_reading(meter, "10", date(2026, 10, 31))
    make_reading(meter, "20", date(2026, 11, 20))
    for month in (date(2026, 10, 1), FIRST):
        publish(work, water, month)
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    lines = clerk(lambda: [(line.fate.value, line.after) for line in division(queries.get_leaving(leaving_id))])
    assert lines == [("by_reading", Decimal(0))]
    clerk(lambda: service.hand_keys(queries.get_leaving(leaving_id), [], "两把"))
    clerk(lambda: service.see_money(queries.get_leaving(leaving_id)))
    missing = clerk(lambda: [each.name for each in stages(queries.get_leaving(leaving_id)) if each.missing])
    assert missing == ["checklist"]


def test_of_nobody_after_them_nothing_is_passed_on(clerk, work, db, seller, fee):
    """An owner who leaves without a buyer: the days beyond are told, and stay until somebody decides."""
    publish(work, fee)
    leaving_id = begin(clerk, seller, LeavingKind.move_out)
    assert clerk(lambda: [line.fate.value for line in division(queries.get_leaving(leaving_id))]) == ["nobody"]
    ready(clerk, leaving_id)
    sign(clerk, leaving_id)
    close(clerk, leaving_id)
    assert [each[2:] for each in bills_of(db, seller.customer_id)] == [(Decimal("300.00"), False)]


def test_a_waived_bill_is_not_divided_before_that_is_taken_back(clerk, work, db, seller, buyer, fee):
    publish(work, fee)
    make_adjustment(db.scalars(select(Bill)).one())
    leaving_id = begin(clerk, seller)
    name(clerk, leaving_id, buyer)
    ready(clerk, leaving_id)
    with pytest.raises(DomainError):
        sign(clerk, leaving_id)
