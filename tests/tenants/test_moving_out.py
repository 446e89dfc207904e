"""Moving out of the last unit: what is still open, the reason it takes, closing the file and coming back."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm.archive.dossiers import service as archive
from crm.archive.dossiers.models import Dossier, Volume
from crm.archive.dossiers.models.dossier import DossierState
from crm.archive.dossiers.service import DocumentFacts
from crm.audit.models import LogEntry
from crm.auth.actor import Actor
from crm.auth.permissions import Permission
from crm.db import open_session
from crm.errors import DomainError
from crm.tenants import moving_out, queries, service
from crm.tenants.merging import service as merging
from crm.tenants.models import Customer, Occupancy, OccupancyRole, Source
from tests import factories as make
from tests.billing.deposits.making import make_deposit
from tests.billing.ledger.making import make_payment
from tests.billing.making import make_bill, make_item, make_meter, make_reading
from tests.billing.runs.making import make_run
from tests.moves.leaving.making import make_leaving

ENDS, DAY = date(2024, 6, 1), date(2024, 6, 10)
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)


@pytest.fixture
def act(app, work):
    """`act(verb, customer, …)`: in a unit of work, with the customer's occupancies; links need a request."""

    def run(verb, customer, *arguments, actor=None):
        with app.test_request_context(), work(actor):
            return verb(queries.get_customer(customer.id, Customer.occupancies), *arguments)

    return run


@pytest.fixture
def resident(estate):
    return make.make_customer(estate, "欧阳娜娜")


@pytest.fixture
def flat(estate, resident):
    flat = make.make_unit(estate, "3-1-502")
    make.make_occupancy(resident, flat, starts=date(2020, 1, 1))
    make.make_dossier(estate, subject_id=resident.id, code="3-1-502/01")
    return flat


def leaves(customer, ends=ENDS, reason=""):
    [occupancy] = [each for each in customer.occupancies if each.ends is None]
    moving_out.move_out(customer, occupancy, ends, reason)


def dossier_of(db, customer):
    db.expire_all()
    return db.scalars(select(Dossier).filter_by(subject_kind="customer", subject_id=customer.id)).one()


def told(found):
    return {each.check.name: [str(matter) for matter in each.matters] for each in found}


def open_of(act, customer):
    return act(lambda found: told(moving_out.still_open(found, moving_out.left_units(found))), customer)


# The checklist


def test_bills_are_summed_by_item_and_credit_and_deposits_named(act, estate):
    gone = make.make_moved_out(estate)
    fee, water = make_item(estate, "物业服务费"), make_item(estate, "水费")
    for item, amount in ((fee, "300.00"), (fee, "120.50"), (water, "31.20")):
        make_bill(gone, amount, MAY, item=item)
    make_payment(gone, "88.00", paid_on=MAY)
    deposit = make_deposit(gone)
    found = open_of(act, gone)
    assert sorted(found["bills"]) == ["水费 31.20", "物业服务费 420.50"]
    assert [each.split()[-1] for each in found["credit"]] == ["88.00"]
    assert deposit.code in found["deposits"][0]
    assert found["deposits"][0].endswith(" 2000.00")


def test_a_merged_files_bills_are_the_customers(act, estate):
    gone, other = make.make_moved_out(estate), make.make_customer(estate)
    make_bill(other, "60.00", MAY, item=make_item(estate, "水费"))
    make.make_merge(gone, other)
    assert open_of(act, gone) == {"bills": ["水费 60.00"]}


@pytest.mark.parametrize(
    ("read_on", "missing"), [(None, 1), (date(2024, 5, 30), 1), (date(2024, 5, 31), 0), (date(2024, 6, 20), 0)]
)
def test_a_meter_is_read_on_the_last_day_or_later(act, estate, resident, flat, read_on, missing):
    meter = make_meter(estate, flat)
    if read_on:
        make_reading(meter, "20", read_on)
    act(leaves, resident, ENDS, "随后抄表")
    assert len(open_of(act, resident).get("meters", [])) == missing


@pytest.mark.parametrize(("role", "removed_on"), [("family", None), ("owner", date(2024, 1, 1))])
def test_no_meter_is_asked_for_where_none_is_to_be_read(act, estate, role, removed_on):
    flat, resident = make.make_unit(estate), make.make_customer(estate)
    make.make_occupancy(resident, flat, OccupancyRole(role), ends=ENDS)
    make_meter(estate, flat, removed_on=removed_on)
    assert open_of(act, resident) == {}


def test_a_month_to_be_billed_asks_no_reason_but_keeps_the_file_open(act, estate, resident, flat):
    item = make_item(estate, "物业服务费")
    run = make_run(item, date(2024, 4, 1))
    facts = {"item": item, "unit_id": flat.id, "run_id": run.id, "source": "run", "open": Decimal(0)}
    make_bill(resident, "300.00", date(2024, 4, 1), **facts)
    act(leaves, resident)
    assert open_of(act, resident) == {"unbilled": ["物业服务费 2024-05"]}
    with pytest.raises(DomainError):
        act(moving_out.close_file, resident, DAY)
    make_run(item, MAY)
    assert open_of(act, resident) == {}


# Moving out


def test_with_something_open_it_takes_a_reason_which_is_kept(act, db, estate, resident, flat):
    make_bill(resident, "300.00", MAY, item=make_item(estate, "水费"))
    with pytest.raises(DomainError):
        act(leaves, resident)
    assert db.scalars(select(Occupancy.ends).filter_by(customer_id=resident.id)).one() is None
    act(leaves, resident, ENDS, "下月还清")
    db.expire_all()
    assert db.scalars(select(Occupancy.ends).filter_by(customer_id=resident.id)).one() == ENDS
    [entry] = db.scalars(select(LogEntry).filter_by(kind="CustomerMovedOut")).all()
    assert (entry.data["reason"], entry.data["left_open"]) == ("下月还清", {"bills": ["水费 300.00"]})
    with pytest.raises(DomainError):
        act(lambda found: moving_out.move_out(found, found.occupancies[0], DAY, "再来一次"), resident)


def test_only_the_last_unit_makes_a_move_out(act, estate, resident, flat):
    space = make.make_occupancy(resident, make.make_parking(estate))
    for occupancies, last in (([True, True], False), ([True, False], True)):
        with_space = occupancies[1]
        if not with_space:
            act(lambda found: service.end_occupancy(_called(found, space.id), ENDS), resident)
        assert act(lambda found: moving_out.is_last(found, found.occupancies[0]), resident) is last
    assert act(moving_out.moved_out, resident, DAY) is None


def _called(customer, occupancy_id):
    return next(each for each in customer.occupancies if each.id == occupancy_id)


@pytest.mark.parametrize(("day", "on"), [(date(2024, 5, 31), None), (ENDS, ENDS), (DAY, ENDS)])
def test_who_leaves_on_a_later_day_has_not_moved_out_yet(act, estate, day, on):
    gone = make.make_moved_out(estate, ENDS)
    assert act(moving_out.moved_out_on, gone, day) == on


# Every state × closing and opening again

STATES = ("lives here", "never had a unit", "something open", "even", "closed", "no dossier")
ALLOWED = {("even", "close"), ("closed", "reopen")}
ACTS = {
    "close": lambda customer: moving_out.close_file(customer, DAY),
    "reopen": lambda customer: moving_out.reopen_file(customer, DAY, "补交迁出声明"),
}


def customer_in(state, act, estate):
    if state in ("never had a unit", "no dossier"):
        customer = make.make_customer(estate)
        if state == "no dossier":
            make.make_occupancy(customer, make.make_unit(estate), ends=ENDS)
        return customer
    customer = make.make_moved_out(estate, ENDS)
    if state == "lives here":
        make.make_occupancy(customer, make.make_unit(estate))
    if state == "something open":
        make_bill(customer, "300.00", MAY)
    if state == "closed":
        act(moving_out.close_file, customer, DAY)
    return customer


@pytest.mark.parametrize("action", ACTS)
@pytest.mark.parametrize("state", STATES)
def test_every_cell(act, estate, state, action):
    customer = customer_in(state, act, estate)
    with nullcontext() if (state, action) in ALLOWED else pytest.raises(DomainError):
        act(ACTS[action], customer)


def test_a_closed_file_says_why_and_ends_its_volume(act, work, db, estate):
    gone = make.make_moved_out(estate, ENDS)
    facts = DocumentFacts(title="迁出声明")
    with work():
        archive.file_document("customer", gone.id, "move_out", facts)
    act(moving_out.close_file, gone, DAY)
    closed = dossier_of(db, gone)
    assert (closed.state, closed.closed_on, closed.continued_in_id) == (DossierState.closed, DAY, None)
    [reason] = [entry.data["reason"] for entry in db.scalars(select(LogEntry).filter_by(kind="DossierClosed"))]
    assert "2024-06-01" in reason
    assert db.scalars(select(Volume).filter_by(dossier_id=closed.id)).one().closed_at is not None
    with pytest.raises(DomainError), work():
        archive.file_document("customer", gone.id, "move_out", facts)


def test_who_comes_back_goes_on_with_the_next_volume(act, work, db, estate):
    gone = make.make_moved_out(estate, ENDS)
    with work():
        archive.file_document("customer", gone.id, "identity", DocumentFacts(title="身份证复印件"))
    act(moving_out.close_file, gone, DAY)
    unit = make.make_unit(estate)
    act(lambda found: service.begin_occupancy(found, unit, OccupancyRole.owner, DAY, source=Source.counter), gone)
    again = dossier_of(db, gone)
    assert (again.state, again.closed_on) == (DossierState.open, None)
    with work():
        archive.file_document("customer", gone.id, "identity", DocumentFacts(title="新身份证"))
    volumes = db.scalars(select(Volume).filter_by(dossier_id=again.id).order_by(Volume.id)).all()
    assert [(volume.number, volume.closed_at is None) for volume in volumes] == [(1, False), (2, True)]


def test_a_second_unit_opens_no_file_that_went_on_elsewhere(act, db, estate):
    """The dossier of a merged file stays closed."""
    kept, other = make.make_moved_out(estate), make.make_customer(estate)
    going_on = dossier_of(db, kept).id
    make.make_dossier(estate, subject_id=other.id, state=DossierState.closed, closed_on=DAY, continued_in_id=going_on)
    unit = make.make_unit(estate)
    act(lambda found: service.begin_occupancy(found, unit, OccupancyRole.owner, DAY, source=Source.counter), other)
    assert dossier_of(db, other).state is DossierState.closed


def test_a_merge_lets_closed_files_go_on_in_the_one_that_is_kept(app, work, db, estate):
    kept, other = (make.make_moved_out(estate, name=name) for name in ("欧阳娜娜", "欧阳娜"))
    for customer in (kept, other):
        with app.test_request_context(), work():
            moving_out.close_file(queries.get_customer(customer.id, Customer.occupancies), DAY)
    with work():
        merging.merge(kept.id, other.id, {kept.id: kept.version, other.id: other.version}, (), "同一人")
    assert dossier_of(db, kept).state is DossierState.open
    assert dossier_of(db, other).continued_in_id == dossier_of(db, kept).id


# Pages


def test_a_tie_that_money_or_keys_hang_on_ends_step_by_step(sign_in, db, estate, resident, flat):
    """Where nothing hangs on it, it simply ends."""
    occupancy = db.scalars(select(Occupancy).filter_by(customer_id=resident.id)).one()
    address, clerk = f"/tenants/occupancies/{occupancy.id}/end", sign_in("limin")
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, data={"ends": "昨天前", "reason": ""}).status_code == 422
    make_bill(resident, "300.00", MAY, item=make_item(estate, "水费"))
    for answer in (clerk.get(address), clerk.post(address, data={"ends": "2024-06-01", "reason": "不住了"})):
        assert answer.status_code == 302
        assert f"/leavings/new?unit_id={flat.id}" in answer.location
    db.expire_all()
    assert db.get_one(Occupancy, occupancy.id).ends is None


def test_the_checklist_leads_to_where_each_is_settled(sign_in, estate, resident, flat):
    deposit, lease = make_deposit(resident), make_lease(resident, flat)
    make_bill(resident, "300.00", MAY, item=make_item(estate, "水费"))
    payment = make_payment(resident, "88.00")
    page = sign_in("limin").get(f"/leavings/{make_leaving(lease, day=ENDS).id}/checklist").text
    for link in (
        f"/billing/customers/{resident.id}",
        f"/billing/payments/{payment.id}",
        f"/billing/deposits/{deposit.id}",
    ):
        assert f'href="{link}"' in page


def make_lease(resident, flat):
    with open_session() as db:
        return db.scalars(select(Occupancy).filter_by(customer_id=resident.id, unit_id=flat.id)).one()


def test_a_unit_that_is_not_the_last_ends_without_a_checklist(sign_in, db, estate, resident, flat):
    make_bill(resident, "300.00", MAY)
    space = make.make_occupancy(resident, make.make_parking(estate))
    answer = sign_in("limin").post(f"/tenants/occupancies/{space.id}/end", data={"ends": "2024-06-01"})
    assert answer.status_code == 302
    db.expire_all()
    assert db.get_one(Occupancy, space.id).ends == ENDS


def test_who_sees_no_money_sees_how_the_file_stands_not_what_it_owes(act, estate):
    gone = make.make_moved_out(estate)
    make_bill(gone, "300.00", MAY)
    blind = Actor(name="李敏", permissions=frozenset({Permission.customer_edit}), user_id=make.user_called("limin").id)
    [found] = act(lambda each: moving_out.still_open(each, {}), gone, actor=blind)
    assert len(found.matters) == 1
    with pytest.raises(DomainError):
        act(moving_out.close_file, gone, DAY, actor=blind)
