"""What is closed and lies in no dossier: found in its list, and told to the archivists once a night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.complaints.cases.models import ComplaintState
from crm.correspondence.letters.models import LetterState, LetterStep
from crm.correspondence.notices.models import NoticeHousehold, NoticeState, Reach
from crm.dates import utc_now
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.tenants.unfiled import count_nightly
from crm.violations.cases.models import ViolationState
from tests import factories as make
from tests.complaints.making import make_case
from tests.correspondence.letters.making import make_letter_in, make_letter_out
from tests.correspondence.notices.making import make_delivery, make_household, make_notice
from tests.repairs.making import kept
from tests.violations.making import make_violation

SignIn = Callable[[str], FlaskClient]
LONG_AGO, JUST_NOW = timedelta(days=8), timedelta(hours=1)


def make_complaint(estate: Estate, ago: timedelta) -> Any:
    return make_case(estate, ComplaintState.closed, closed_at=utc_now() - ago)


def make_filed_violation(estate: Estate, ago: timedelta) -> Any:
    customer = make.make_customer(estate)
    return make_violation(estate, ViolationState.filed, customer_id=customer.id, person="", filed_at=utc_now() - ago)


def make_noted_letter(estate: Estate, ago: timedelta) -> Any:
    customer = make.make_customer(estate)
    return make_letter_in(estate, LetterState.noted, customer_id=customer.id, answered_at=utc_now() - ago)


def make_returned_letter(estate: Estate, ago: timedelta) -> Any:
    customer, back = make.make_customer(estate), utc_now() - ago
    letter = make_letter_out(estate, LetterState.returned, customer, sent_at=utc_now() - 2 * LONG_AGO)
    states = {"from_state": LetterState.sent, "to_state": LetterState.returned}
    kept(LetterStep(letter_id=letter.id, action="come_back", **states, taken_by="李敏", taken_at=back))
    return letter


def make_proven_notice(
    estate: Estate, ago: timedelta, state: NoticeState = NoticeState.over, reach: Reach = Reach.hand
) -> Any:
    notice = make_notice(estate, state, ended_at=utc_now() - ago)
    make_delivery(make_household(notice), reach, upload_id=make.make_upload(estate).id)
    return notice


def make_withdrawn_notice(estate: Estate, ago: timedelta) -> Any:
    return make_proven_notice(estate, ago, NoticeState.withdrawn, Reach.counter)


NOTICES = "/notices/?state=unfiled"
MAKERS = [
    ("/complaints/?state=closed", make_complaint),
    ("/violations/?state=unfiled", make_filed_violation),
    ("/letters/?state=to_file", make_noted_letter),
    ("/letters/?state=to_file", make_returned_letter),
    (NOTICES, make_proven_notice),
    (NOTICES, make_withdrawn_notice),
]


def told(db: Session) -> list[tuple[str, str]]:
    found = select(User.username, Notification.url).join(Notification, Notification.user_id == User.id)
    return [(row.username, row.url) for row in db.execute(found)]


def run(app: Flask) -> bool:
    with app.app_context():
        g.actor = system_actor("tests")
        return count_nightly()


@pytest.mark.parametrize(("address", "make_closed"), MAKERS)
def test_its_list_has_it_and_the_archivist_is_told_once(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session, address: str, make_closed: Callable[..., Any]
) -> None:
    thing = make_closed(estate, LONG_AGO)
    page = sign_in("fengxue").get(address).text
    assert thing.number in page
    assert [run(app), run(app)] == [True, False]
    assert ("fengxue", address) in told(db)
    assert "limin" not in dict(told(db))


@pytest.mark.parametrize(("address", "make_closed"), MAKERS)
def test_what_was_closed_just_now_is_on_its_way(
    app: Flask, estate: Estate, db: Session, address: str, make_closed: Callable[..., Any]
) -> None:
    make_closed(estate, JUST_NOW)
    assert run(app)
    assert told(db) == []


def test_what_lies_in_a_dossier_or_is_nobody_s_is_not_missed(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session
) -> None:
    filed = make_filed_violation(estate, LONG_AGO)
    dossier = make.make_dossier(estate, subject_id=filed.customer_id)
    for paper in ("violation", "violation_inspections"):
        make.make_item(dossier, source_kind=paper, source_id=filed.id)
    nobody = make_violation(estate, ViolationState.filed, filed_at=utc_now() - LONG_AGO)
    party = make_letter_in(estate, LetterState.noted, answered_at=utc_now() - LONG_AGO)
    open_letter = make_letter_in(estate)
    unheard_of = make_letter_out(estate, LetterState.sent, make.make_customer(estate), sent_at=utc_now() - LONG_AGO)
    client = sign_in("fengxue")
    assert filed.number not in client.get("/violations/?state=unfiled").text
    assert nobody.number not in client.get("/violations/?state=unfiled").text
    listed = client.get("/letters/?state=to_file").text
    assert party.number in listed
    assert open_letter.number not in listed
    assert unheard_of.number not in listed
    assert run(app)
    assert told(db) == []


def test_notices_whose_proofs_lie_in_dossiers_or_that_have_none_are_not_missed(
    app: Flask, sign_in: SignIn, estate: Estate, db: Session
) -> None:
    filed = make_proven_notice(estate, LONG_AGO)
    household = db.scalars(select(NoticeHousehold).filter_by(notice_id=filed.id)).one()
    dossier = make.make_dossier(estate, subject_id=household.customer_id)
    make.make_item(dossier, source_kind="notice_household", source_id=household.id)
    unproven = make_notice(estate, NoticeState.over, ended_at=utc_now() - LONG_AGO)
    make_delivery(make_household(unproven), Reach.mailbox)
    wrong = make_delivery(other := make_household(unproven), upload_id=make.make_upload(estate).id)
    make_delivery(other, worked=False, note="记错了", takes_back_id=wrong.id)
    running = make_notice(estate)
    make_delivery(make_household(running), upload_id=make.make_upload(estate).id)
    page = sign_in("fengxue").get(NOTICES)
    assert page.status_code == 200
    assert [each.number for each in (filed, unproven, running) if each.number in page.text] == []
    assert run(app)
    assert told(db) == []
