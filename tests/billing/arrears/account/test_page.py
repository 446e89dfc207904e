"""A customer's arrears page: what is ours first, sums by age, everything that was said and done."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.billing.ages import Age
from crm.billing.arrears.account import reports
from crm.billing.arrears.contacts.models import ContactOutcome
from crm.billing.arrears.dunning.models import DemandDelivery
from crm.correspondence.serving.models import Arrival, Channel
from crm.dates import business_day, months_later
from tests import factories as make
from tests.billing.arrears import making
from tests.billing.deposits.making import make_deposit
from tests.billing.ledger.making import make_dispute, make_payment
from tests.billing.making import MOMENT, _kept, make_bill


@pytest.fixture
def customer(estate):
    return make.make_customer(estate, unit=make.make_unit(estate))


@pytest.fixture
def today(app):
    with app.app_context():
        return business_day()


def owe(customer, today, days, amount="100.00", **given):
    return make_bill(customer, amount, due_on=today - timedelta(days=days), **given)


def leave_everything(customer, estate, today, times=1):
    """So many of each thing the page shows."""
    review, step = making.make_review(estate), making.make_step(estate)
    for _ in range(times):
        bill = owe(customer, today, 100)
        make_dispute(owe(customer, today, 40), about_kind="call", about_id=1)
        make.make_follow_up(estate, customer=customer)
        making.make_contact(customer, today, step_id=step.id)
        making.make_promise(customer, due_on=today)
        letter = making.make_demand(step, [bill], review)
        deliver(letter)
    making.make_exclusion(customer)
    making.make_plan([bill], [(today - timedelta(days=1), "50.00"), (today + timedelta(days=30), "50.00")])
    making.make_case([bill])


def deliver(letter, **given):
    facts = {"demand_id": letter.id, "channel": Channel.ems, "arrival": Arrival.delivered, "delivered_on": letter.day}
    return _kept(
        DemandDelivery(**(facts | {"tracking": "EMS123", "recorded_by": "何芳", "recorded_at": MOMENT} | given))
    )


def test_sums_by_age_and_what_is_to_be_collected(work, customer, today):
    for days in (-5, 0, 1, 30, 31, 800):
        owe(customer, today, days)
    make_dispute(owe(customer, today, 900, "50.00"))
    make_payment(customer, "7.00")
    make_deposit(customer, "2000.00")
    with work():
        owed = reports.owed_by(customer.id, today)
    assert [(band.age, band.amount) for band in owed.bands] == [
        (Age.over_two_years, Decimal(150)),
        (Age.to_90, Decimal(100)),
        (Age.to_30, Decimal(200)),
    ]
    assert (owed.overdue, owed.disputed, owed.collectable) == (Decimal(450), Decimal(50), Decimal(400))
    assert (owed.not_due, owed.credit, owed.deposits) == (Decimal(200), Decimal(7), Decimal(2000))
    assert owed.oldest == today - timedelta(days=800)
    assert abs(sum(band.width for band in owed.bands) - 100) < 1


@pytest.mark.parametrize(
    ("days", "last", "due_in"),
    [(10, None, 20), (100, None, -70), (100, 3, 12), (100, 20, -5), (10, 3, 20), (0, 3, None)],
)
def test_when_the_customer_is_to_be_contacted_next(work, customer, today, days, last, due_in):
    owe(customer, today, days)
    if last is not None:
        making.make_contact(customer, today - timedelta(days=last))
        making.make_contact(customer, today, outcome=ContactOutcome.not_reached)
    with work():
        talks = reports.account_of(customer.id, today).talks
    assert talks.due_on == (None if due_in is None else today + timedelta(days=due_in))
    assert talks.last_on == (None if last is None else today - timedelta(days=last))


@pytest.mark.parametrize(("due", "tone"), [(date(2019, 1, 1), "red"), (None, "")])
def test_until_when_the_first_line_can_be_claimed(work, customer, today, due, tone):
    owe(customer, today, 10)
    make_bill(customer, due_on=due or today - timedelta(days=20))
    make_bill(customer, due_on=date(2018, 1, 1), open="0.00")
    with work():
        limit = reports.account_of(customer.id, today).limit
    assert limit.on == months_later(due or today - timedelta(days=20), 36)
    assert limit.tone == tone


def test_everything_stands_on_the_page_and_ours_comes_first(sign_in, estate, customer, today):
    leave_everything(customer, estate, today)
    text = sign_in("hefang").get(f"/arrears/customers/{customer.id}").text
    told = ("回电", "owe-bar", "困难家庭", "说没有住", "300.00", "50.00", "已告知", "EMS123", "多次催缴无果")
    assert [words for words in told if words not in text] == []
    places = [text.index(words) for words in told]
    assert places[0] == min(places)


def test_a_letter_that_was_rolled_back_or_a_proof_taken_back_is_not_shown(work, estate, customer, today):
    review, step = making.make_review(estate), making.make_step(estate)
    bill = owe(customer, today, 50)
    making.make_demand(step, [bill], review, voided=True)
    letter = making.make_demand(step, [bill], review)
    wrong = deliver(letter)
    deliver(letter, reverses_id=wrong.id)
    with work():
        assert [(each.id, way) for each, way in reports.account_of(customer.id, today).letters] == [(letter.id, None)]


def test_as_many_queries_for_much_as_for_little(sign_in, queries, estate, other_estate, customer, today):
    busy = make.make_customer(estate)
    leave_everything(customer, estate, today)
    client = sign_in("hefang")
    client.get(f"/arrears/customers/{customer.id}")
    with queries() as one:
        assert client.get(f"/arrears/customers/{customer.id}").status_code == 200
    for step in range(2, 5):
        making.make_step(estate, step)
    review = making.make_review(estate, making.DAY.replace(month=1, day=1))
    for number in range(10):
        bill = owe(busy, today, 100 + number)
        make_dispute(owe(busy, today, 40), about_kind="call", about_id=1)
        make.make_follow_up(estate, customer=busy)
        making.make_contact(busy, today)
        making.make_promise(busy, due_on=today)
        deliver(making.make_demand(making.make_step(estate, 10 + number), [bill], review))
    making.make_exclusion(busy)
    making.make_plan([bill], [(today, "100.00")])
    making.make_case([bill])
    with queries() as ten:
        assert client.get(f"/arrears/customers/{busy.id}").status_code == 200
    assert len(one) == len(ten)


def test_a_merged_files_address_leads_to_the_kept_one(sign_in, estate, customer, today):
    merged = make.make_customer(estate, merged_into_id=customer.id)
    owe(merged, today, 50, "77.70")
    client = sign_in("hefang")
    assert client.get(f"/arrears/customers/{merged.id}").location == f"/arrears/customers/{customer.id}"
    assert "77.70" in client.get(f"/arrears/customers/{customer.id}").text


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("hefang", {"contacts.new", "plans.new", "park", "exclude", "cases.new", "cases.write_off", "evidence.ask"}),
        ("limin", {"contacts.new"}),
        ("zhengkai", set()),
    ],
)
def test_each_is_offered_what_the_role_is_for(sign_in, customer, today, who, acts):
    owe(customer, today, 50)
    page = f"/arrears/customers/{customer.id}"
    addresses = {
        "contacts.new": f"/arrears/contacts/customers/{customer.id}/new?next=",
        "plans.new": f"/arrears/plans/customers/{customer.id}/new",
        "park": f"{page}/park",
        "exclude": f"{page}/exclude",
        "cases.new": f"/arrears/cases/customers/{customer.id}/new",
        "cases.write_off": f"/arrears/cases/customers/{customer.id}/write-off",
        "evidence.ask": f"/arrears/evidence/customers/{customer.id}",
    }
    text = sign_in(who).get(page).text
    assert {name for name, address in addresses.items() if address in text} == acts


def test_ours_stands_before_the_debt_on_the_file_and_on_the_caller_card(sign_in, estate, customer, today):
    owe(customer, today, 50)
    call = make.make_follow_up(estate, customer=customer, follow_up="门铃坏，派人去修")
    client = sign_in("limin")
    for page, debt in (
        (f"/tenants/customers/{customer.id}", 'class="figures"'),
        (f"/card/customer/{customer.id}", f"/billing/customers/{customer.id}"),
        (f"/tenants/customers/{customer.id}?tab=money", "owe-bar"),
    ):
        text = client.get(page).text
        assert 0 < text.index("notice-warning ours") < text.index("门铃坏") < text.index(debt), page
        assert f"/calls/{call.id}" in text
    seen = sign_in("zhengkai").get(f"/tenants/customers/{customer.id}").text
    assert "× 1" in seen
    assert "门铃坏" not in seen
