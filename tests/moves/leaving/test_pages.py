"""The pages of a move-out and a sale, as the desk walks through them; who may and who may not; lists and papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.permissions import ROLES, RoleName
from crm.jobs.models import Job
from crm.moves.leaving.models import WORKFLOW, Leaving, LeavingParty, LeavingState, LeavingStep, Side
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer, Occupancy, OccupancyRole
from tests import factories as make
from tests.billing.deposits.making import make_deposit
from tests.billing.making import make_bill, make_item, make_meter, make_reading
from tests.moves.leaving.making import DAY, drawn, make_leaving, make_owner

SignIn = Callable[[str], FlaskClient]
S = LeavingState


@pytest.fixture
def seller(estate: Estate) -> Occupancy:
    return make_owner(estate, unit=make.make_unit(estate, "3-1-502", built_area=Decimal("100.00")))


def the_one(db: Session) -> Leaving:
    db.expire_all()
    return db.scalars(select(Leaving).order_by(Leaving.id.desc()).limit(1)).one()


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_sale_by_the_desk(sign_in: SignIn, db: Session, estate: Estate, seller: Occupancy) -> None:
    client = sign_in("limin")
    make_bill(db.get_one(Customer, seller.customer_id), "333.33", date(2026, 9, 1), item=make_item(estate, "物业费"))
    deposit = make_deposit(db.get_one(Customer, seller.customer_id))
    meter = make_meter(estate, unit=_unit(db, seller))
    make_reading(meter, "20", date(2026, 10, 31))

    # begun from the customer's page
    page = client.get(f"/tenants/customers/{seller.customer_id}").text
    assert f"/leavings/new?kind=sale&amp;customer_id={seller.customer_id}" in page
    new = f"/leavings/new?kind=sale&customer_id={seller.customer_id}"
    assert client.get(new).status_code == 200
    wrong = client.post(new, data={"kind": "sale", "day": "昨天的昨天", "reason": "卖给朋友"})
    assert wrong.status_code == 422
    assert "卖给朋友" in wrong.text
    sent = {"kind": "sale", "day": DAY.isoformat(), "leaves": [seller.id], "contract": "HT-88", "key": "k1"}
    assert [client.post(new, data=sent).status_code for _ in range(2)] == [302, 302]
    leaving = the_one(db)
    here = f"/leavings/{leaving.id}"
    assert client.get(here).status_code == 200

    # who takes over: nobody called so, then a new file whose numbers are checked
    assert client.post(f"{here}/buyers", data={"customer": "钱多多", "key": "b0"}).status_code == 422
    typed = {"name": "钱多多", "phone": "13907315678", "id_number": "110101199003070001", "key": "b1", "sex": ""}
    assert client.post(f"{here}/buyers/new", data=typed).status_code == 422
    typed |= {"id_number": "110101199003072092", "paper": "resident"}
    answer = client.post(f"{here}/buyers/new", data=typed)
    assert answer.status_code == 302
    assert client.get(f"{here}/buyers").status_code == 200
    buyer = db.scalars(select(LeavingParty).filter_by(leaving_id=leaving.id, side=Side.buys)).one()

    # readings, keys, money, checklist
    stale = {"version": "0"}
    assert client.post(f"{here}/readings", data=stale | {"key": "r0"}).status_code == 409
    version = lambda: {"version": str(the_one(db).version)}  # noqa: E731
    assert client.get(f"{here}/readings").status_code == 200
    lines = {"lines-0-meter_id": str(meter.id), "lines-0-value": "十"}
    assert client.post(f"{here}/readings", data=version() | lines | {"key": "r1"}).status_code == 422
    lines["lines-0-value"] = "21.5"
    assert client.post(f"{here}/readings", data=version() | lines | {"key": "r2"}).status_code == 302
    for name, more in (("keys", {"note": "交回两把"}), ("money", {}), ("checklist", {"reason": "月底缴清"})):
        assert client.get(f"{here}/{name}").status_code == 200, name
        assert client.post(f"{here}/{name}", data=version() | {"key": name} | more).status_code == 302, name
    assert "333.33" in client.get(f"{here}/money").text
    assert deposit.code in client.get(f"{here}/checklist").text

    # the sheets, signed
    whole, theirs = (client.get(f"{here}/{paper}.pdf").data for paper in ("sheet", "buyers-sheet"))
    assert "333.33" in text_of(whole)
    assert "333.33" not in text_of(theirs)
    assert client.get(f"{here}/sign").status_code == 200
    assert client.post(f"{here}/sign", data=version() | {"key": "s0", "leaver": drawn()}).status_code == 422
    names = {"leaver": drawn(), "buyer": drawn(), "clerk": drawn()}
    signed = client.post(f"{here}/sign", data=version() | {"key": "s1"} | names)
    assert signed.status_code == 302
    assert the_one(db).state is S.signed

    # closed: both dossiers get their paper
    assert client.get(f"{here}/close").status_code == 200
    closed = client.post(f"{here}/close", data=version() | {"key": "c1", "status": "vacant"})
    assert closed.status_code == 302
    assert the_one(db).state is S.closed
    jobs = db.scalars(select(Job).where(Job.kind == "tenants.file")).all()
    assert sorted(job.payload["kind"] for job in jobs) == ["leaving", "leaving_buyers"]
    assert text_of(client.get(f"{here}/signed.pdf").data).count("333.33")
    assert "333.33" not in text_of(client.get(f"{here}/buyers-signed.pdf").data)
    assert client.get(here).status_code == 200
    waiting = client.get("/leavings/?state=waiting").text
    assert leaving.number in waiting
    assert "333.33" in waiting
    assert "333.33" not in client.get(f"/tenants/customers/{buyer.customer_id}?tab=money").text


def _unit(db: Session, occupancy: Occupancy) -> Any:
    return db.get_one(Unit, occupancy.unit_id)


def test_a_tenants_move_out_is_begun_from_the_unit(sign_in: SignIn, db: Session, estate: Estate) -> None:
    flat = make.make_unit(estate, "3-1-503")
    lease = make_owner(estate, "吴学文", flat, role=OccupancyRole.tenant)
    client = sign_in("limin")
    assert client.get("/leavings/new").status_code == 200
    went = client.post("/leavings/new", data={"unit": "3栋1单元503"})
    assert went.status_code == 302
    assert f"unit_id={flat.id}" in went.location
    assert client.post("/leavings/new", data={"unit": "9-9-999"}).status_code == 422
    nobody = client.post(f"/leavings/new?unit_id={flat.id}", data={"kind": "move_out", "day": DAY.isoformat()})
    assert nobody.status_code == 422
    sent = {"kind": "move_out", "day": DAY.isoformat(), "leaves": [lease.id]}
    assert client.post(f"/leavings/new?unit_id={flat.id}", data=sent).status_code == 302
    assert client.get(f"/leavings/{the_one(db).id}/buyers").status_code == 409


@pytest.mark.parametrize("action", [name for name in WORKFLOW if name != "buyers"])
@pytest.mark.parametrize("state", S)
def test_a_sent_form_does_what_the_table_allows_and_nothing_else(
    sign_in: SignIn, estate: Estate, db: Session, state: LeavingState, action: str
) -> None:
    leaving = make_leaving(make_owner(estate), state, make.make_customer(estate, "钱多多"))
    data: dict[str, Any] = {"version": str(leaving.version), "key": "once"}
    data |= {"day": "2026-11-14", "contract": "HT-1", "status": "vacant", "reason": "说明"}
    data |= {"leaver": drawn(), "buyer": drawn(), "clerk": drawn()}
    answer = sign_in("limin").post(f"/leavings/{leaving.id}/{action}", data=data)
    db.expire_all()
    after = db.get_one(Leaving, leaving.id)
    taken = db.scalars(select(LeavingStep.action).filter_by(leaving_id=leaving.id)).all()
    if state in WORKFLOW[action].sources and action != "settle":  # which wants a bill that came late
        assert answer.status_code == 302
        assert (after.state, list(taken)) == (WORKFLOW[action].target or state, ["start", action])
    else:
        assert answer.status_code == 422
        assert (after.state, list(taken)) == (state, ["start"])


@pytest.mark.parametrize("role", list(RoleName))
def test_who_moves_people_and_who_looks_on(sign_in: SignIn, estate: Estate, role: RoleName) -> None:
    leaving = make_leaving(make_owner(estate), buyer=make.make_customer(estate, "钱多多"))
    client, rights = sign_in(role), ROLES[role]
    assert client.get(f"/leavings/{leaving.id}").status_code == (200 if "move:read" in rights else 403)
    for name in ("new", *(f"{leaving.id}/{step}" for step in WORKFLOW)):
        answer = client.get(f"/leavings/{name}")
        assert (answer.status_code == 403) is ("move:handle" not in rights), name


def test_another_estates_is_not_there(sign_in: SignIn, other_estate: Estate) -> None:
    leaving = make_leaving(make_owner(other_estate), S.signed)
    client = sign_in("limin")
    for page in ("", "/close", "/signed.pdf", "/proof"):
        assert client.get(f"/leavings/{leaving.id}{page}").status_code == 404
    assert leaving.number not in client.get("/leavings/").text


def test_as_many_queries_for_ten_as_for_one(sign_in: SignIn, estate: Estate, queries: Any) -> None:
    client = sign_in("limin")
    counts = []
    for more in (1, 9):
        for _each in range(more):
            make_leaving(make_owner(estate), S.closed, make.make_customer(estate, "钱多多"))
        client.get("/leavings/")
        with queries() as seen:
            assert client.get("/leavings/").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "asked", ["state=open", "state=waiting", "state=unfiled", "kind=sale", "q=GH", "q=欧阳", "sort=owed"]
)
def test_the_list_in_every_way(sign_in: SignIn, estate: Estate, asked: str) -> None:
    make_leaving(make_owner(estate), S.closed, make.make_customer(estate, "钱多多"))
    client = sign_in("limin")
    assert client.get(f"/leavings/?{asked}").status_code == 200
    assert client.get(f"/leavings/?{asked}&format=xlsx").status_code in (200, 302, 303)
