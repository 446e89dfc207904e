"""One more caller of the same, as the case's page takes and shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.complaints.cases.models import OURS, Complaint, ComplaintCaller, ComplaintState
from crm.properties.models import Estate, Unit
from tests import factories as make
from tests.complaints.intake.making import make_case
from tests.complaints.making import make_caller
from tests.repairs.intake.test_pages import asked_about

PHONE, MASKED = "13907315678", "139****5678"
S = ComplaintState
pytestmark = pytest.mark.usefixtures("noon")


def told(**given: Any) -> dict[str, Any]:
    facts = {"words": "我家也听见", "unit": "", "channel": "phone", "caller": "司马相如", "number": PHONE}
    return facts | {"wants_word": "1", "key": "form-1", "phone_id": ""} | given


def callers_of(db: Session, case: Complaint) -> list[ComplaintCaller]:
    db.expire_all()
    return list(db.scalars(select(ComplaintCaller).filter_by(complaint_id=case.id).order_by(ComplaintCaller.id)))


def address(case: Complaint) -> str:
    return f"/complaints/{case.id}/callers/new"


def test_one_more_is_noted_once(clerk: FlaskClient, db: Session, estate: Estate, flat: Unit) -> None:
    case = make_case(estate, unit=flat, wants_callback=False)
    page = clerk.get(address(case)).text
    assert case.number in page
    for _twice in range(2):
        assert clerk.post(address(case), data=told(unit=flat.label)).location == f"/complaints/{case.id}"
    [caller] = callers_of(db, case)
    assert (caller.name, caller.digits, caller.unit_id, caller.words) == ("司马相如", PHONE, flat.id, "我家也听见")
    assert db.get_one(Complaint, case.id).wants_callback
    shown = clerk.get(f"/complaints/{case.id}").text
    assert MASKED in shown
    assert PHONE not in shown
    assert f'href="{address(case)}"' in shown


def test_from_a_customers_card(clerk: FlaskClient, db: Session, estate: Estate, flat: Unit) -> None:
    customer, case = make.make_customer(estate, unit=flat), make_case(estate)
    at = f"{address(case)}?customer_id={customer.id}"
    page = clerk.get(at).text
    assert asked_about(page, "unit") == flat.label
    assert clerk.post(at, data=told(caller=customer.name, unit=flat.label)).status_code == 302
    assert [each.customer_id for each in callers_of(db, case)] == [customer.id]
    again = clerk.post(at, data=told(caller=customer.name, unit=flat.label, key="form-2"))
    assert again.status_code == 422
    assert "已是投诉人之一" in again.text


@pytest.mark.parametrize(
    "given", [{"caller": ""}, {"number": "一二三"}, {"unit": "99-9-999"}, {"channel": "import"}, {"words": "吵" * 2001}]
)
def test_what_is_wrong_is_said_and_kept(clerk: FlaskClient, db: Session, estate: Estate, given: dict[str, Any]) -> None:
    case = make_case(estate)
    answer = clerk.post(address(case), data=told(**given))
    assert answer.status_code == 422
    for name in ("words", "unit", "number"):
        assert str(given.get(name, "")) in answer.text
    assert callers_of(db, case) == []


@pytest.mark.parametrize("state", S)
def test_only_while_there_is_something_to_do(
    clerk: FlaskClient, db: Session, estate: Estate, state: ComplaintState
) -> None:
    case = make_case(estate, state)
    opened, sent = clerk.get(address(case)), clerk.post(address(case), data=told())
    assert (sent.status_code == 302) is (state in OURS)
    assert len(callers_of(db, case)) == (state in OURS)
    assert (address(case) in clerk.get(f"/complaints/{case.id}").text) is (state in OURS)
    if state not in OURS:
        assert (opened.status_code, sent.status_code) == (409, 422)
        assert "已办结" in sent.text


@pytest.mark.parametrize(
    ("wanted", "given", "due"),
    [(True, {}, date(2026, 11, 27)), (False, {"wants_word": ""}, None), (False, {"anonymous": "1"}, None)],
)
def test_whoever_wants_word_of_what_was_replied_is_called_back(
    clerk: FlaskClient, db: Session, estate: Estate, wanted: bool, given: dict[str, Any], due: date | None
) -> None:
    """The reply is given: nobody was to be called back, now somebody may be."""
    case = make_case(estate, S.replied, wants_callback=False, callback_due_on=None)
    sent = {name: value for name, value in told(**given).items() if value}
    assert clerk.post(address(case), data=sent).status_code == 302
    db.expire_all()
    found = db.get_one(Complaint, case.id)
    assert (found.wants_callback, found.callback_due_on) == (wanted, due)


def test_the_other_estates(clerk: FlaskClient, estate: Estate, other_estate: Estate) -> None:
    theirs, mine = make_case(other_estate), make_case(estate)
    assert clerk.get(address(theirs)).status_code == 404
    assert clerk.post(address(theirs), data=told()).status_code == 404
    stranger = make.make_customer(other_estate)
    assert clerk.post(f"{address(mine)}?customer_id={stranger.id}", data=told()).status_code == 404


def test_a_customer_of_another_estate_complains_there(
    noon: None, sign_in: Callable[[str], FlaskClient], db: Session, estate: Estate, other_estate: Estate
) -> None:
    """For whoever sees both."""
    case, stranger = make_case(estate), make.make_customer(other_estate)
    at = f"{address(case)}?customer_id={stranger.id}"
    assert sign_in("zhouhui").get(at).status_code == 409
    assert sign_in("zhouhui").post(at, data=told()).status_code == 422
    assert callers_of(db, case) == []


def test_the_number_of_a_customer_of_another_estate_is_nobodys_file_here(
    noon: None, sign_in: Callable[[str], FlaskClient], db: Session, estate: Estate, other_estate: Estate
) -> None:
    """Even for whoever sees both; whoever of this estate has the number too is who calls."""
    case, make_phone = make_case(estate), make.make_phone
    make_phone(make.make_customer(other_estate), PHONE)
    assert sign_in("zhouhui").post(address(case), data=told()).status_code == 302
    ours = make.make_customer(estate)
    make_phone(ours, PHONE)
    assert sign_in("zhouhui").post(address(case), data=told(key="form-2")).status_code == 302
    assert [(each.customer_id, each.digits) for each in callers_of(db, case)] == [(None, PHONE), (ours.id, PHONE)]


def test_the_same_queries_for_one_caller_and_ten(clerk: FlaskClient, estate: Estate, flat: Unit, queries: Any) -> None:
    case, counts = make_case(estate, unit=flat), []
    origin = make_case(estate, S.joined, joined_to_id=case.id)
    for more in (1, 9):
        for _ in range(more):
            customer = make.make_customer(estate)
            make_caller(case, customer_id=customer.id, unit_id=flat.id, joined_from_id=origin.id)
        clerk.get(f"/complaints/{case.id}")
        with queries() as seen:
            assert origin.number in clerk.get(f"/complaints/{case.id}").text
        counts.append(len(seen))
    assert counts[0] == counts[1]
