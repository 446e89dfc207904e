"""Every state × action; what hinders signing and cancelling; two at once."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from crm.auth.permissions import ROLES, RoleName
from crm.dates import beginning_of, business_day
from crm.db import session
from crm.errors import DomainError, IllegalTransition, Stale
from crm.moves.keys import queries as keys
from crm.moves.keys import service as key_service
from crm.moves.keys.models import Signing
from crm.moves.keys.service import Back, Giving
from crm.moves.keys.service import Taken as TakenKeys
from crm.moves.moving_in import queries, service
from crm.moves.moving_in.jobs import remind
from crm.moves.moving_in.models import WORKFLOW, MoveIn, MoveInState, MoveInStep, Part, Standing
from crm.moves.moving_in.service import STEPS, Said, Signature, Terms, Wanted
from crm.notifications.models import Notification
from crm.tenants.models import Occupancy, OccupancyRole
from tests import factories as make
from tests.acting import as_
from tests.billing.deposits.making import make_deposit
from tests.meeting import REFUSED, both
from tests.moves.making import make_asked, make_complete, make_defect, make_move_in

S = MoveInState
ALLOWED = {"work": {S.started}, "sign": {S.started}, "file": {S.signed}, "cancel": {S.started}}


def test_the_table_is_what_was_agreed():
    assert {name: set(step.sources) for name, step in WORKFLOW.items()} == ALLOWED


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", S)
def test_every_cell(state, action):
    move_in = MoveIn(state=state)
    with nullcontext() if state in ALLOWED[action] else pytest.raises(IllegalTransition):
        WORKFLOW.take(move_in, action)
        assert move_in.state is (WORKFLOW[action].target or state)


@pytest.mark.parametrize("state", [S.signed, S.filed, S.cancelled])
@pytest.mark.parametrize(
    ("screen", "data"),
    [
        ("identity", {"starts_on": "今天", "version": "1"}),
        ("documents/registration", {"reason": "没有"}),
        ("contacts", {"phone": "13907315678"}),
        ("inspection", {"words": "水管漏水", "category_id": ""}),
        ("money", {"kind": "key", "amount": "200"}),
        ("cancel", {"reason": "不住了"}),
    ],
)
def test_what_is_over_is_not_touched(sign_in, estate, state, screen, data):
    move_in = make_move_in(estate, state)
    answer = sign_in("limin").post(f"/move-ins/{move_in.id}/{screen}", data=data)
    assert answer.status_code == 422


@pytest.mark.parametrize("state", [S.filed, S.cancelled])
def test_the_database_lets_nobody_touch_what_is_over(db, estate, state):
    move_in = make_move_in(estate, state)
    with pytest.raises(DBAPIError):
        db.execute(update(MoveIn).where(MoveIn.id == move_in.id).values(signer="别人"))


@pytest.mark.parametrize("role", list(RoleName))
def test_who_may(sign_in, estate, role):
    move_in, client = make_complete(estate), sign_in(role)
    may = ROLES[role]
    assert (client.get(f"/move-ins/{move_in.id}").status_code == 200) is ("move:read" in may)
    assert (client.get(f"/move-ins/{move_in.id}/keys").status_code == 200) is ("move:handle" in may)
    assert (client.get("/keys/").status_code == 200) is ("move:read" in may)


def test_a_complete_one_can_be_signed_any_other_says_what_is_missing(work, estate):
    whole, bare = make_complete(estate), make_move_in(estate)
    with work(as_("limin")):
        assert STEPS.hindrance(queries.get_move_in(whole.id), "sign") == ""
        assert "number" in STEPS.hindrance(queries.get_move_in(bare.id), "sign") or STEPS.hindrance(
            queries.get_move_in(bare.id), "sign"
        )


def signature(estate):
    upload = make.make_upload(estate, "move_in")
    return Signature(signer="欧阳娜娜", signing=Signing.drawn, upload_id=upload.id)


def test_it_is_signed_once(work, db, estate):
    move_in, signed = make_complete(estate), signature(estate)
    with work(as_("limin")):
        service.sign(queries.get_move_in(move_in.id), signed, Said(key="s1"))
    with work(as_("limin")), pytest.raises(IllegalTransition):
        service.sign(queries.get_move_in(move_in.id), signed, Said(key="s2"))
    db.expire_all()
    assert [step.action for step in db.scalars(select(MoveInStep).filter_by(move_in_id=move_in.id))] == [
        "start",
        "sign",
    ]


def test_an_incomplete_one_is_not_signed(work, db, estate):
    move_in, signed = make_move_in(estate), signature(estate)
    with work(as_("limin")), pytest.raises(IllegalTransition):
        service.sign(queries.get_move_in(move_in.id), signed, Said())
    db.expire_all()
    assert db.get_one(MoveIn, move_in.id).state is S.started


def test_a_deposit_that_is_asked_for_must_be_there(work, estate):
    move_in = make_complete(estate)
    make_asked(move_in, "key", "200.00")
    with work(as_("limin")):
        assert "200.00" in STEPS.hindrance(queries.get_move_in(move_in.id), "sign")
        found = queries.get_move_in(move_in.id)
    make_deposit(found.customer, "150.00", kind="key", unit=found.unit)
    with work(as_("limin")):
        assert "50.00" in STEPS.hindrance(queries.get_move_in(move_in.id), "sign")
    make_deposit(found.customer, "50.00", kind="key", unit=found.unit)
    with work(as_("limin")):
        assert STEPS.hindrance(queries.get_move_in(move_in.id), "sign") == ""


def begun(work, estate, starts_on=None, role=OccupancyRole.owner):
    unit, customer = make.make_unit(estate), make.make_customer(estate)
    with work(as_("limin")):
        starts_on = starts_on or business_day()
        made = service.start(unit, customer, Wanted(role=role, starts_on=starts_on))
        service.set_terms(queries.get_move_in(made.id), Terms(starts_on=starts_on), {})
    return made


def test_the_tie_begins_and_ends_with_it(work, db, estate):
    made = begun(work, estate)
    with work(as_("limin")):
        service.cancel(queries.get_move_in(made.id), Said(reason="买卖没有成"))
    db.expire_all()
    tie = db.get_one(Occupancy, db.get_one(MoveIn, made.id).occupancy_id)
    assert tie.ends == tie.starts + timedelta(days=1)
    assert db.get_one(MoveIn, made.id).state is S.cancelled


def test_a_tie_that_was_there_before_stays(work, db, estate):
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    with work(as_("limin")):
        made = service.start(unit, customer, Wanted(role=OccupancyRole.owner, starts_on=business_day()))
        service.cancel(queries.get_move_in(made.id), Said(reason="登记错了"))
    tie = db.scalars(select(Occupancy).filter_by(unit_id=unit.id)).one()
    assert tie.ends is None


def test_the_day_of_a_tie_stays(work, estate):
    made = begun(work, estate)
    with work(as_("limin")), pytest.raises(DomainError):
        service.set_terms(queries.get_move_in(made.id), Terms(starts_on=date(2026, 1, 1)), {})


@pytest.mark.parametrize(
    "terms",
    [
        {"starts_on": date(2099, 1, 1)},
        {"lease_from": date(2026, 2, 1), "lease_until": date(2026, 1, 1)},
        {"handover_on": date(2099, 1, 1)},
    ],
    ids=str,
)
def test_terms_that_cannot_be(work, estate, terms):
    move_in = make_move_in(estate, occupancy_id=None)
    with work(as_("limin")), pytest.raises(DomainError):
        service.set_terms(queries.get_move_in(move_in.id), Terms(**({"starts_on": move_in.starts_on} | terms)), {})


def test_nothing_of_ours_is_left_behind(work, estate):
    made = begun(work, estate)
    with work(as_("limin")):
        found = queries.get_move_in(made.id)
        key = key_service.add_key(found.unit, "door", 2)
        about = {"about_kind": queries.KIND, "about_id": made.id}
        lines = [TakenKeys(unit_key_id=key.id, count=1)]
        slip = key_service.give(found.unit, Giving(customer=found.customer, lines=lines, holder="甲", **about))
        number = slip.number
    with work(as_("limin")), pytest.raises(IllegalTransition, match=number):
        service.cancel(queries.get_move_in(made.id), Said(reason="不住了"))
    with work(as_("limin")):
        [line] = keys.get_slip(slip.id).lines
        key_service.take_back(keys.get_line(line.id), Back(count=1))
        service.cancel(queries.get_move_in(made.id), Said(reason="不住了"))


def test_a_deposit_taken_for_it_is_given_back_first(work, estate):
    made = begun(work, estate)
    make_asked(made, "key", "200.00")
    with work(as_("limin")):
        found = queries.get_move_in(made.id)
    deposit = make_deposit(found.customer, "200.00", kind="key", unit=found.unit, taken_at=beginning_of_tomorrow(work))
    with work(as_("limin")), pytest.raises(IllegalTransition, match=deposit.code):
        service.cancel(queries.get_move_in(made.id), Said(reason="不住了"))


def beginning_of_tomorrow(work):
    with work():
        return beginning_of(business_day() + timedelta(days=1))


def test_repairs_go_on(work, estate):
    move_in = make_move_in(estate)
    defect = make_defect(move_in, estate)
    with work(as_("limin")):
        [left] = service.left_of(queries.get_move_in(move_in.id))
        assert queries.defects_of(move_in.id)[0].order.number in left
    assert defect.id


def test_a_reason_is_wanted(work, estate):
    move_in = make_move_in(estate)
    with work(as_("limin")), pytest.raises(DomainError):
        service.cancel(queries.get_move_in(move_in.id), Said(reason=" "))


def test_identity_and_papers_cannot_be_left_out(work, estate):
    move_in = make_move_in(estate)
    for part in (Part.identity, Part.documents):
        with work(as_("limin")), pytest.raises(DomainError):
            service.mark(queries.get_move_in(move_in.id), part, Standing.waived, "不想要")
    with work(as_("limin")), pytest.raises(DomainError):
        service.mark(queries.get_move_in(move_in.id), Part.keys, Standing.waived, " ")


@pytest.mark.parametrize("amount", ["-1", "1000001"])
def test_no_such_deposit(work, estate, amount):
    move_in = make_move_in(estate)
    with work(as_("limin")), pytest.raises(DomainError):
        service.ask_deposit(queries.get_move_in(move_in.id), "key", Decimal(amount))
    with work(as_("limin")), pytest.raises(DomainError):
        service.ask_deposit(queries.get_move_in(move_in.id), "no such", Decimal(1))


def test_meters_of_others_are_not_read(work, estate):
    from tests.billing.making import make_meter

    move_in, other = make_move_in(estate), make_meter(estate, make.make_unit(estate))
    with work(as_("limin")), pytest.raises(DomainError):
        service.read_meters(queries.get_move_in(move_in.id), business_day(), {other.id: Decimal(5)})


def test_the_desk_is_told_once_a_day_of_what_takes_too_long(app, work, db, estate):
    make_move_in(estate, started_at=beginning_of_tomorrow(work) - timedelta(days=30))
    make_move_in(estate, started_at=beginning_of_tomorrow(work) - timedelta(hours=30))
    with app.app_context():
        from flask import g

        from crm.auth.actor import system_actor

        g.actor = system_actor("tests")
        assert (remind(), remind()) == (1, 0)
    told = db.scalars(select(Notification).where(Notification.url == "/move-ins/under-way")).all()
    assert told


def test_two_start_at_once(own_company):
    unit = make.make_unit(own_company.estate)
    customer = make.make_customer(own_company.estate)

    def begin() -> str:
        service.start(unit, customer, Wanted(role=OccupancyRole.owner, starts_on=date(2026, 11, 24)))
        return "begun"

    assert both(own_company.work, begin, begin) == ["begun", REFUSED]
    with own_company.work():
        assert session().scalar(select(func.count(MoveIn.id))) == 1


def test_signed_while_it_is_cancelled(own_company):
    move_in = make_complete(own_company.estate)
    upload = make.make_upload(own_company.estate, "move_in")
    with own_company.work():
        for slip in keys.slips_about(queries.KIND, move_in.id):
            for line in slip.lines:
                key_service.take_back(keys.get_line(line.id), Back(count=line.out))

    def sign() -> str:
        signed = Signature(signer="欧阳娜娜", signing=Signing.drawn, upload_id=upload.id)
        service.sign(queries.get_move_in(move_in.id), signed, Said())
        return "signed"

    def cancel() -> str:
        service.cancel(queries.get_move_in(move_in.id), Said(reason="不住了"))
        return "cancelled"

    said = both(own_company.work, sign, cancel)
    assert REFUSED in said
    with own_company.work() as db:
        assert db.get_one(MoveIn, move_in.id).state.value in said


def test_a_stale_one_is_not_signed(work, estate):
    move_in, signed = make_complete(estate), signature(estate)
    with work(as_("limin")):
        found = queries.get_move_in(move_in.id)
        changed = update(MoveIn).where(MoveIn.id == move_in.id).values(version=MoveIn.version + 1)
        session().execute(changed.execution_options(synchronize_session=False))
        with pytest.raises(Stale):
            service.sign(found, signed, Said())
