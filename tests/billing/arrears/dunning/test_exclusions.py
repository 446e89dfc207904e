"""Leaving a customer out of the dunning, and ending that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm.billing.arrears.dunning import queries
from crm.billing.arrears.dunning.models import DunningExclusion
from crm.dates import business_day
from tests import factories as make
from tests.billing.arrears.making import make_exclusion


@pytest.fixture
def customer(estate):
    return make.make_customer(estate)


@pytest.fixture
def today(app):
    with app.app_context():
        return business_day()


def test_left_out_once_and_ended(db, sign_in, customer, today):
    client, page = sign_in("hefang"), f"/arrears/customers/{customer.id}"
    sent = {"reason": "街道办协调中", "until": today.isoformat()}
    assert client.post(f"{page}/exclude", data=sent).status_code == 303
    assert client.post(f"{page}/exclude", data=sent).status_code == 422
    [made] = db.scalars(select(DunningExclusion)).all()
    assert (made.reason, made.until, made.made_by) == ("街道办协调中", today, "何芳")
    assert "街道办协调中" in client.get(page).text
    assert "街道办协调中" in client.get("/arrears/exclusions?state=live").text
    end = f"/arrears/exclusions/{made.id}/end"
    assert client.post(end, data={"version": "1", "reason": ""}).status_code == 422
    assert client.post(end, data={"version": "9", "reason": "已协调"}).status_code == 422
    assert client.post(end, data={"version": "1", "reason": "已协调"}).status_code == 303
    assert client.post(end, data={"version": "2", "reason": "已协调"}).status_code == 422
    assert "街道办协调中" not in client.get("/arrears/exclusions?state=live").text
    assert "街道办协调中" in client.get("/arrears/exclusions?state=over").text
    assert client.post(f"{page}/exclude", data=sent).status_code == 303


@pytest.mark.parametrize(
    ("field", "text"), [("reason", ""), ("reason", "长" * 301), ("until", "2020-01-01"), ("until", "三月")]
)
def test_what_is_wrong_is_said_and_stays(db, sign_in, customer, field, text):
    sent = {"reason": "困难家庭", "until": ""} | {field: text}
    answer = sign_in("hefang").post(f"/arrears/customers/{customer.id}/exclude", data=sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert db.scalar(select(func.count()).select_from(DunningExclusion)) == 0


@pytest.mark.parametrize(("until", "ended", "holds"), [(0, False, True), (-1, False, False), (None, False, True)])
def test_it_holds_to_the_end_of_its_last_day(work, customer, today, until, ended, holds):
    make_exclusion(customer, None if until is None else today + timedelta(days=until))
    with work():
        assert (queries.exclusion_of(customer.id, today) is not None) == holds


@pytest.mark.parametrize(("who", "status"), [("hefang", 200), ("zhengkai", 403), ("wudan", 403), ("limin", 403)])
def test_only_a_reviewer_leaves_out(sign_in, customer, who, status):
    client = sign_in(who)
    assert client.get(f"/arrears/customers/{customer.id}/exclude").status_code == status
    assert client.get("/arrears/exclusions").status_code == 200
    offered = f"/arrears/customers/{customer.id}/exclude" in client.get(f"/arrears/customers/{customer.id}").text
    assert offered == (status == 200)
