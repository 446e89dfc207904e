"""Whoever complains without a name is nowhere to be found: no page, list, timeline or workbook says who it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry, LogSubject
from crm.complaints.cases.models import Complaint, ComplaintCaller
from crm.properties.models import Estate, Unit
from crm.tenants.models import Occupancy
from tests import factories as make
from tests.complaints.intake.making import NOON, make_case
from tests.complaints.intake.test_pages import NEW, PHONE, told

NAME, MASKED, TAIL = "上官婉儿", "139****5678", "5678"
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def whom(estate: Estate) -> Any:
    """Somebody with a file, a number and a unit, who asks for no name to be given."""
    customer = make.make_customer(estate, NAME, unit=make.make_unit(estate))
    make.make_phone(customer)
    return customer


@pytest.fixture
def case(noon: None, sign_in: Callable[[str], FlaskClient], db: Session, estate: Estate, whom: Any) -> Complaint:
    """About a public area, so that nobody's unit is the place."""
    area = make.make_public_area(estate)
    client = sign_in("limin")
    sent = told(estate, thing=f"area-{area.id}", anonymous="1", caller=NAME, number=PHONE, attach="own")
    assert client.post(f"{NEW}?customer_id={whom.id}", data=sent).status_code == 302
    return db.scalars(select(Complaint)).one()


def test_it_is_kept_but_on_no_file(db: Session, case: Complaint, whom: Any) -> None:
    caller = db.scalars(select(ComplaintCaller)).one()
    assert (caller.anonymous, caller.customer_id, caller.digits) == (True, whom.id, PHONE)
    assert (case.customer_id, case.wants_callback) == (None, False)
    named = select(LogSubject).join(LogEntry, LogEntry.id == LogSubject.entry_id)
    told_of = named.where(LogEntry.kind.like("Complaint%"), LogSubject.kind == "customer")
    assert db.scalars(told_of).all() == []


@pytest.mark.parametrize("who", ["limin", "zhouhui", "hanbing", "sunhao"])
def test_no_page_says_who_it_is(
    noon: None, sign_in: Callable[[str], FlaskClient], case: Complaint, whom: Any, who: str
) -> None:
    client = sign_in(who)
    for page in (f"/complaints/{case.id}", "/complaints/", "/complaints/callbacks/"):
        answer = client.get(page)
        if answer.status_code == 403:
            continue
        assert not any(each in answer.text for each in (NAME, PHONE, MASKED)), page
    assert case.number not in client.get(f"/complaints/?q={NAME}").text
    assert case.number not in client.get(f"/complaints/?q={TAIL}").text


def test_neither_file_nor_card_nor_unit_speaks_of_it(
    noon: None, sign_in: Callable[[str], FlaskClient], case: Complaint, whom: Any, db: Session
) -> None:
    client = sign_in("limin")
    unit_id = db.scalars(select(Occupancy.unit_id).filter_by(customer_id=whom.id)).one()
    file = f"/tenants/customers/{whom.id}"
    for page in (file, f"{file}?tab=complaints", f"/card/customer/{whom.id}", f"/tenants/units/{unit_id}"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert case.number not in answer.text, page


def test_the_log_says_nothing_of_the_number(db: Session, case: Complaint) -> None:
    for entry in db.scalars(select(LogEntry).where(LogEntry.kind.like("Complaint%"))):
        assert not any(each in str(entry.data) for each in (NAME, PHONE, MASKED)), entry.kind


def test_another_complaint_of_the_same_customer_does_not_give_it_away(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, case: Complaint, whom: Any
) -> None:
    """The clerk who answers the next call sees a case of the place, never that it is this caller's."""
    client = sign_in("limin")
    part = client.post(f"/complaints/new/known?customer_id={whom.id}", data=told(estate)).text
    assert case.number not in part
    assert f"again-{case.id}" not in part
    again = told(estate, thing=f"area-{case.public_area_id}", attach=f"caller-{case.id}", key="form-2")
    assert client.post(f"{NEW}?customer_id={whom.id}", data=again).status_code == 302, "nothing says: among the callers"


def test_who_is_anonymous_is_told_nothing_of_their_own_cases(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, whom: Any, db: Session
) -> None:
    """The form says anonymous: what the file says is no longer asked."""
    flat = make.make_unit(estate)
    case = make_case(estate, unit=flat)
    db.add(ComplaintCaller(complaint_id=case.id, customer_id=whom.id, channel="phone", noted_by="李敏", noted_at=NOON))
    db.commit()
    client, at = sign_in("limin"), f"/complaints/new/known?customer_id={whom.id}"
    assert f"again-{case.id}" in client.post(at, data=told(estate)).text
    assert case.number not in client.post(at, data=told(estate, anonymous="1")).text


def test_the_workbook(noon: None, sign_in: Callable[[str], FlaskClient], case: Complaint) -> None:
    answer = sign_in("zhouhui").get("/complaints/?format=xlsx")
    assert NAME.encode() not in answer.data
    assert PHONE.encode() not in answer.data


def test_an_own_unit_is_no_place(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, db: Session, whom: Any
) -> None:
    """The form opened from a card has the unit filled in: on the case it would say whose it is."""
    unit = db.scalars(select(Occupancy.unit_id).filter_by(customer_id=whom.id)).one()
    flat = db.get_one(Unit, unit)
    client, label = sign_in("limin"), flat.label
    sent = told(estate, flat, anonymous="1", caller=NAME, words="保洁员态度差", attach="own")
    assert client.post(f"{NEW}?customer_id={whom.id}", data=sent).status_code == 302
    case, caller = db.scalars(select(Complaint)).one(), db.scalars(select(ComplaintCaller)).one()
    assert (case.unit_id, case.building_id, caller.unit_id) == (None, None, unit)
    assert label not in client.get("/complaints/").text
    assert label not in client.get(f"/complaints/{case.id}").text
    assert case.number not in client.get(f"/tenants/units/{unit}").text


def test_another_unit_is(
    noon: None, sign_in: Callable[[str], FlaskClient], estate: Estate, db: Session, whom: Any
) -> None:
    """Where somebody else's pipe leaks has to be said."""
    flat = make.make_unit(estate)
    sent = told(estate, flat, anonymous="1", caller=NAME, attach="own")
    assert sign_in("limin").post(f"{NEW}?customer_id={whom.id}", data=sent).status_code == 302
    assert db.scalars(select(Complaint.unit_id)).one() == flat.id
