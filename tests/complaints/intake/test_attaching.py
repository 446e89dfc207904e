"""Noted with a case under way: whatever was typed is kept there, or the form says that it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.auth.figures import SECOND_FACTOR
from crm.complaints.cases.models import Channel, Complaint, ComplaintCaller, ComplaintState, ComplaintStep
from crm.complaints.categories.models import Severity
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer
from tests import factories as make
from tests.auth.steps import set_figure
from tests.complaints.intake.making import NOON, make_case
from tests.complaints.intake.test_pages import NEW, NOISE, PHONE, told
from tests.complaints.making import department_called, make_caller
from tests.repairs.intake.test_pages import asked_about
from tests.repairs.making import user_called

S = ComplaintState
NUMBER = "XN20261124"
FURTHER = {"channel": "hotline", "hotline_number": NUMBER, "wish": "今晚就修", "spot": "北阳台"}
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def customer(estate: Estate, flat: Unit) -> Customer:
    return make.make_customer(estate, unit=flat)


def make_standing(estate: Estate, flat: Unit, state: ComplaintState = S.received, **given: Any) -> Complaint:
    """Of the noise at the flat, about the engineers: 李敏 may judge it anew."""
    return make_case(estate, state, flat, **({"about_department_id": department_called("工程维修部")} | given))


def sent(estate: Estate, flat: Unit, case: Complaint, attach: str, **given: Any) -> dict[str, Any]:
    return told(estate, flat, attach=f"{attach}-{case.id}", **given)


def steps_of(db: Session, case: Complaint) -> list[tuple[str, str]]:
    db.expire_all()
    found = select(ComplaintStep).filter_by(complaint_id=case.id).order_by(ComplaintStep.id)
    return [(step.action, step.note) for step in db.scalars(found)][1:]


def case_of(db: Session, case: Complaint) -> Complaint:
    db.expire_all()
    return db.get_one(Complaint, case.id)


@pytest.mark.parametrize("attach", ["again", "caller"])
def test_the_number_the_wish_and_the_place_are_kept_once(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit, customer: Customer, attach: str
) -> None:
    standing = make_standing(estate, flat, severity=Severity.urgent)
    make_caller(standing, customer if attach == "again" else None)
    for _twice in range(2):
        data = sent(estate, flat, standing, attach, **FURTHER)
        assert clerk.post(f"{NEW}?customer_id={customer.id}", data=data).location == f"/complaints/{standing.id}"
    case = case_of(db, standing)
    assert (case.hotline_number, case.severity, case.state) == (NUMBER, Severity.urgent, S.received)
    callers = db.scalars(select(ComplaintCaller).filter_by(complaint_id=case.id).order_by(ComplaintCaller.id)).all()
    steps = steps_of(db, standing)
    assert (len(callers), len(steps)) == ((1, 1) if attach == "again" else (2, 0))
    words = steps[0][1] if attach == "again" else callers[-1].words
    assert [word for word in (NOISE, NUMBER, "今晚就修", "北阳台") if word not in words] == []
    if attach == "again":
        assert "12345" in words
    else:
        assert callers[-1].channel is Channel.hotline
    [entry] = db.scalars(select(LogEntry).filter_by(kind="ComplaintClassified"))
    assert entry.data["changes"] == {"hotline_number": ["", NUMBER]}
    page = clerk.get(f"/complaints/{case.id}").text
    assert NUMBER in page
    assert (
        NUMBER in clerk.get(f"/complaints/?q={NUMBER}").text
        or case.number in clerk.get(f"/complaints/?q={NUMBER}").text
    )


def test_another_number_is_kept_with_its_caller_alone(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit
) -> None:
    standing = make_standing(estate, flat, severity=Severity.urgent, hotline_number="XN20260117")
    assert clerk.post(NEW, data=sent(estate, flat, standing, "caller", **FURTHER)).status_code == 302
    assert case_of(db, standing).hotline_number == "XN20260117"
    assert NUMBER in db.scalars(select(ComplaintCaller.words).filter_by(complaint_id=standing.id)).one()


@pytest.mark.parametrize("attach", ["again", "caller"])
@pytest.mark.parametrize(
    ("state", "given", "expected"),
    [
        (S.received, {"answered": "1", "answer": "马上派人去"}, [("acknowledge", "马上派人去")]),
        (S.received, {"answer": "马上派人去"}, [("contact", "马上派人去")]),
        (S.acting, {"answered": "1", "answer": "马上派人去"}, [("contact", "马上派人去")]),
        (S.replied, {"answered": "1", "answer": "马上派人去"}, [("contact", "马上派人去")]),
        (S.acting, {"answered": "1"}, []),
    ],
)
def test_what_the_caller_was_told_is_kept_once(
    clerk: FlaskClient,
    db: Session,
    estate: Estate,
    flat: Unit,
    customer: Customer,
    attach: str,
    state: ComplaintState,
    given: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    """The first answer where it is still to come, else a word in between."""
    standing = make_standing(estate, flat, state)
    make_caller(standing, customer if attach == "again" else None)
    for _twice in range(2):
        data = sent(estate, flat, standing, attach, **given)
        assert clerk.post(f"{NEW}?customer_id={customer.id}", data=data).status_code == 302
    steps = steps_of(db, standing)
    assert [action for action, _note in steps] == ["contact"] * (attach == "again") + [each[0] for each in expected]
    assert [note for _action, note in steps[len(steps) - len(expected) :] if "马上派人去" not in note] == []
    acknowledged = case_of(db, standing).acknowledged_at
    assert (acknowledged == NOON) is (expected[:1] == [("acknowledge", "马上派人去")])


def test_with_no_words_of_its_own_the_answer_is_what_is_promised(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit
) -> None:
    standing = make_standing(estate, flat)
    assert clerk.post(NEW, data=sent(estate, flat, standing, "caller", answered="1")).status_code == 302
    [(action, note)] = steps_of(db, standing)
    assert (action, "结果" in note) == ("acknowledge", True)


@pytest.mark.parametrize("attach", ["again", "caller"])
@pytest.mark.parametrize("given", [{"urgent": "1"}, {"channel": "hotline", "hotline_number": NUMBER}])
def test_what_is_urgent_makes_the_case_urgent(
    clerk: FlaskClient,
    db: Session,
    estate: Estate,
    flat: Unit,
    customer: Customer,
    attach: str,
    given: dict[str, Any],
) -> None:
    standing = make_standing(estate, flat, S.investigating)
    make_caller(standing, customer if attach == "again" else None)
    for _twice in range(2):
        data = sent(estate, flat, standing, attach, **given)
        assert clerk.post(f"{NEW}?customer_id={customer.id}", data=data).status_code == 302
    case = case_of(db, standing)
    assert (case.severity, case.result_due_at) == (Severity.urgent, standing.received_at + timedelta(hours=24))
    assert [action for action, _note in steps_of(db, standing)].count("reclassify") == 1
    assert (case.category_id, case.about, case.about_department_id, case.handler_id) == (
        standing.category_id,
        standing.about,
        standing.about_department_id,
        standing.handler_id,
    )


WRONG = [
    ("limin", S.received, {}),  # it is not judged yet
    ("limin", S.replied, {}),
    ("limin", S.acting, {"level": 1}),  # somebody higher decides
    ("limin", S.acting, {"about_department_id": "客户服务部"}),
    ("cashier", S.acting, {}),  # takes complaints, and handles none
]


@pytest.mark.parametrize(("who", "state", "facts"), WRONG)
def test_whoever_may_not_make_it_urgent_is_told_and_loses_nothing(
    noon: None,
    sign_in: Callable[[str], FlaskClient],
    work: Callable[..., Any],
    db: Session,
    estate: Estate,
    flat: Unit,
    who: str,
    state: ComplaintState,
    facts: dict[str, Any],
) -> None:
    given = {
        name: department_called(value) if name == "about_department_id" else value for name, value in facts.items()
    }
    set_figure(work, SECOND_FACTOR, "optional")
    standing, client = make_standing(estate, flat, state, **given), sign_in(who)
    data = sent(estate, flat, standing, "caller", urgent="1", wish="今晚就修", answered="1", answer="马上派人去")
    refused = client.post(NEW, data=data)
    assert refused.status_code == 422
    assert standing.number in refused.text
    assert 'id="attach-own"' in refused.text
    for name in ("wish", "answer", "caller"):
        assert asked_about(refused.text, name) == data[name]
    case = case_of(db, standing)
    assert (case.severity, case.hotline_number, steps_of(db, standing)) == (Severity.ordinary, "", [])
    assert db.scalars(select(ComplaintCaller)).all() == []
    assert client.post(NEW, data=data | {"attach": "own"}).status_code == 302
    made = db.scalars(select(Complaint).order_by(Complaint.id.desc())).first()
    assert made is not None
    assert (made.id != standing.id, made.severity) == (True, Severity.urgent)


def test_whom_and_what_else_it_is_about_stays_in_words(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit
) -> None:
    above, who = make.make_unit(estate), user_called("sunhao")
    standing = make_case(estate, unit=above)
    further = {"neighbour": above.label, "about_user_id": str(who.id)}
    assert clerk.post(NEW, data=sent(estate, flat, standing, "caller", **further)).status_code == 302
    words = db.scalars(select(ComplaintCaller.words).filter_by(complaint_id=standing.id)).one()
    assert [word for word in (NOISE, above.label, who.full_name) if word not in words] == []


def test_one_more_caller_through_the_hotline_has_its_number(
    clerk: FlaskClient, db: Session, estate: Estate, flat: Unit
) -> None:
    case = make_standing(estate, flat, S.acting)
    at = f"/complaints/{case.id}/callers/new"
    assert 'name="hotline_number"' in clerk.get(at).text
    data = {"words": "我家也听见", "unit": "", "channel": "hotline", "caller": "司马相如", "number": PHONE}
    data |= {"wants_word": "1", "key": "form-1", "phone_id": ""}
    refused = clerk.post(at, data=data)
    assert refused.status_code == 422
    assert 'href="#hotline_number"' in refused.text
    assert clerk.post(at, data=data | {"hotline_number": NUMBER}).status_code == 302
    after = case_of(db, case)
    assert (after.hotline_number, after.severity) == (NUMBER, Severity.urgent)
    caller = db.scalars(select(ComplaintCaller).filter_by(complaint_id=case.id)).one()
    assert (caller.channel, "我家也听见" in caller.words, NUMBER in caller.words) == (Channel.hotline, True, True)
