"""Entering a call, its page, following it up, the work list and the home page, and who sees what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import g, url_for
from sqlalchemy import select

from crm.audit.models import LogEntry
from crm.auth.actor import system_actor
from crm.auth.models import User
from crm.calls.jobs import remind
from crm.calls.models import ADDRESS, WORKFLOW, Call, CallNote, CallState
from crm.dates import utc_now
from crm.errors import IllegalTransition
from crm.notifications.models import Notification
from tests import factories as make

SAID = {"reason": "repair", "note": "厨房漏水，请尽快", "outcome": "passed_on", "caller": "欧阳娜娜"}


@pytest.fixture
def clerk(sign_in):
    return sign_in("limin")


@pytest.fixture
def person(db):
    return lambda username: db.scalars(select(User).filter_by(username=username)).one()


@pytest.fixture
def home(estate):
    """欧阳娜娜 in 3-1-502, reached by one number."""
    unit = make.make_unit(estate, "3-1-502")
    customer = make.make_customer(estate, unit=unit)
    make.make_phone(customer, "13907315678")
    return customer, unit


@pytest.fixture
def kept(db):
    """The only call there is, as it stands in the database now."""

    def read() -> Call:
        db.expire_all()
        return db.scalars(select(Call)).one()

    return read


def told(db, user):
    db.expire_all()
    return db.scalars(select(Notification).filter_by(user_id=user.id)).all()


def test_a_call_of_a_known_customer_takes_little_typing(clerk, home, kept):
    customer, unit = home
    form = clerk.get(f"/calls/new?customer_id={customer.id}&phone=%2B86+139-0731-5678").text
    assert 'value="3-1-502"' in form
    assert 'value="欧阳娜娜"' in form
    assert "139****5678" in form
    assert "13907315678" not in form
    assert "autofocus" in form.split('name="reason"')[0].rsplit("<select", 1)[1] + form.split('name="reason"')[1][:80]
    phone_id = form.split('name="phone_id"')[1].split("selected")[1].split('value="')[1].split('"')[0]
    sent = SAID | {"phone_id": phone_id, "unit": "3-1-502"}
    answer = clerk.post(f"/calls/new?customer_id={customer.id}", data=sent)
    call = kept()
    assert answer.location == ADDRESS.format(call.id)
    assert (call.customer_id, call.unit_id, call.estate_id) == (customer.id, unit.id, customer.estate_id)
    assert (call.digits, call.tail, call.taken_by) == ("13907315678", "5678", "李敏")
    assert (call.state, call.note) == (CallState.settled, SAID["note"])
    page = clerk.get(answer.location).text
    assert "139****5678" in page
    assert "13907315678" not in page


def test_a_call_of_somebody_unknown(clerk, estate, kept):
    answer = clerk.post("/calls/new", data=SAID | {"estate_id": estate.id, "number": "0731-8812 3456"})
    assert answer.status_code == 302
    assert (kept().customer_id, kept().digits) == (None, "073188123456")
    assert clerk.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "reason"),
        ({"number": "一二三"}, "number"),
        ({"number": "13800138000"}, "number"),
        ({"unit": "99-9-999"}, "99-9-999"),
        ({"due_at": "等会儿"}, "due_at"),
        ({"due_at": "2020-01-01"}, "due_at"),
        ({"follow_up": "回电"}, "due_at"),
        ({"outcome": "call_back"}, "due_at"),
        ({"estate_id": "999999"}, "estate_id"),
        ({"outcome": "invented"}, "outcome"),
        ({"direction": "sideways"}, "direction"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(clerk, estate, db, wrong, words):
    answer = clerk.post("/calls/new", data=SAID | {"estate_id": estate.id} | wrong)
    assert answer.status_code == 422
    assert SAID["note"] in answer.text
    assert words in answer.text.split("notice-danger")[1].split("</ul>")[0]
    for value in wrong.values():
        assert value in answer.text or value in ("999999", "invented", "sideways")
    assert db.scalars(select(Call)).all() == []


def test_a_unit_of_another_estate_is_refused(clerk, estate, other_estate, kept):
    foreign = make.make_unit(other_estate)
    assert clerk.get(f"/calls/new?unit_id={foreign.id}").status_code == 404
    customer = make.make_customer(other_estate)
    assert clerk.post(f"/calls/new?customer_id={customer.id}", data=SAID).status_code == 404


def test_a_call_back_is_promised_with_two_fields(clerk, estate, kept, person):
    clerk.post("/calls/new", data=SAID | {"estate_id": estate.id, "outcome": "call_back", "due_at": "2小时"})
    call = kept()
    assert (call.state, call.owner_id) == (CallState.open, person("limin").id)
    assert call.follow_up
    assert timedelta(minutes=119) < call.due_at - utc_now() <= timedelta(minutes=120)


def test_whoever_is_given_a_call_back_is_told(clerk, estate, kept, person, db):
    other = person("zhouhui")
    due = {"estate_id": estate.id, "due_at": "2小时", "follow_up": "请回电说明", "owner_id": other.id}
    clerk.post("/calls/new", data=SAID | due)
    [notification] = told(db, other)
    assert "请回电说明" in notification.text
    assert notification.url == ADDRESS.format(kept().id)
    assert told(db, person("limin")) == []


def test_nobody_is_given_a_call_back_who_takes_no_calls_here(clerk, estate, person, db):
    for username in ("liuyang", "zhangjg"):  # the administrator and a worker take none
        due = {"estate_id": estate.id, "due_at": "2小时", "owner_id": person(username).id}
        assert clerk.post("/calls/new", data=SAID | due).status_code == 422
    assert db.scalars(select(Call)).all() == []


def test_a_note_is_added_and_the_call_stays(clerk, estate, db, kept):
    call = make.make_call(estate)
    assert clerk.post(f"/calls/{call.id}/notes", data={"text": ""}).status_code == 422
    assert clerk.post(f"/calls/{call.id}/notes", data={"text": "更正：是卫生间"}).status_code == 302
    page = clerk.get(f"/calls/{call.id}").text
    assert "厨房漏水" in page
    assert "更正：是卫生间" in page
    note = db.scalars(select(CallNote)).one()
    note.text = "…"
    with pytest.raises(TypeError, match="append-only"):
        db.flush()
    db.rollback()


def test_finishing_says_what_came_of_it(clerk, estate, person, kept):
    call = make.make_follow_up(estate, person("limin"))
    address = f"/calls/{call.id}/finish"
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, data={"version": 1, "result": ""}).status_code == 422
    assert clerk.post(address, data={"version": 1, "result": "已约明天上门"}).status_code == 302
    done = kept()
    assert (done.state, done.result, done.done_by) == (CallState.done, "已约明天上门", "李敏")
    assert "已约明天上门" in clerk.get(f"/calls/{call.id}").text
    again = clerk.post(address, data={"version": 2, "result": "又一次"})
    assert again.status_code in (409, 422)
    assert kept().result == "已约明天上门"


def test_a_follow_up_is_moved_and_handed_over(clerk, estate, person, kept, db):
    other = person("zhouhui")
    call = make.make_follow_up(estate, person("limin"), reminded_at=utc_now())
    sent = {"version": 1, "follow_up": "请回电", "due_at": "明天 9:30", "owner_id": other.id}
    assert clerk.post(f"/calls/{call.id}/move", data=sent).status_code == 302
    moved = kept()
    assert (moved.owner_id, moved.reminded_at, moved.state) == (other.id, None, CallState.open)
    assert len(told(db, other)) == 1


def test_an_older_form_does_not_overwrite(clerk, estate, person, kept):
    call = make.make_follow_up(estate, person("limin"))
    sent = {"follow_up": "回电", "due_at": "明天", "owner_id": person("limin").id}
    assert clerk.post(f"/calls/{call.id}/move", data=sent | {"version": 1}).status_code == 302
    assert clerk.post(f"/calls/{call.id}/move", data=sent | {"version": 1}).status_code == 409
    assert clerk.post(f"/calls/{call.id}/finish", data={"version": 1, "result": "好"}).status_code == 409
    assert kept().state is CallState.open


def test_a_follow_up_is_promised_later(clerk, estate, person, kept):
    call = make.make_call(estate)
    sent = {"version": 1, "follow_up": "回电", "due_at": "明天", "owner_id": person("limin").id}
    assert clerk.post(f"/calls/{call.id}/promise", data=sent).status_code == 302
    assert kept().state is CallState.open


ALLOWED = {("settled", "promise"), ("open", "move"), ("open", "finish")}


@pytest.mark.parametrize("action", WORKFLOW)
@pytest.mark.parametrize("state", CallState)
def test_every_cell_of_the_workflow(state, action):
    call = Call(state=state)
    if (state.value, action) in ALLOWED:
        WORKFLOW.take(call, action)
    else:
        with pytest.raises(IllegalTransition):
            WORKFLOW.take(call, action)


def test_the_number_is_shown_for_a_reason_that_is_logged(clerk, estate, home, db):
    customer, _unit = home
    call = make.make_call(estate, customer)
    address = f"/calls/{call.id}/number"
    assert "13907315678" not in clerk.get(address).text
    assert clerk.post(address, data={"reason": "other"}).status_code == 422
    assert "13907315678" in clerk.post(address, data={"reason": "call_back"}).text
    entry = db.scalars(select(LogEntry).filter_by(kind="CallerNumberShown")).one()
    assert (entry.actor, entry.data["reason"], entry.data["call_id"]) == ("李敏", "call_back", call.id)


def test_the_customers_timeline_names_the_call(clerk, home):
    customer, _unit = home
    clerk.post(f"/calls/new?customer_id={customer.id}", data=SAID | {"number": "139 0731 5678"})
    page = clerk.get(f"/tenants/customers/{customer.id}").text
    assert "CallLogged" not in page
    assert "139****5678" in page.split('class="timeline"')[1]
    assert "CallLogged" not in clerk.get(f"/card/customer/{customer.id}").text


def test_the_card_shows_three_calls_open_ones_first(clerk, home, estate, person):
    customer, unit = home
    for number in range(4):
        make.make_call(estate, customer, unit_id=unit.id, note=f"第{number}次来电", started_at=utc_now())
    make.make_follow_up(estate, person("limin"), customer, unit_id=unit.id, follow_up="请回电说明")
    for address in (f"/card/customer/{customer.id}", f"/card/unit/{unit.id}"):
        page = clerk.get(address).text
        assert page.index("请回电说明") < page.index("第3次来电") < page.index("第2次来电")
        assert "第1次来电" not in page
        assert "/calls/new?" in page


def test_whoever_takes_no_calls_has_no_button(sign_in, home):
    page = sign_in("auditor").get(f"/card/customer/{home[0].id}").text
    assert "/calls/new" not in page


def test_calls_of_a_merged_file_stand_with_the_kept_one(clerk, home, estate, db):
    customer, _unit = home
    merged = make.make_customer(estate, "欧阳娜", merged_into_id=customer.id)
    call = make.make_call(estate, merged, note="旧档案里的来电")
    assert "旧档案里的来电" in clerk.get(f"/card/customer/{customer.id}").text
    assert "欧阳娜娜" in clerk.get(f"/calls/{call.id}").text
    listed = clerk.get("/calls/").text
    assert "旧档案里的来电" in listed


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=5678", {"厨房漏水"}),
        ("q=13900005678", {"厨房漏水"}),
        ("q=0001", {"停车费"}),
        ("q=娜娜", {"厨房漏水", "停车费"}),
        ("day=2026-11-24", {"厨房漏水"}),
        ("day=2026-11-23", {"停车费"}),
        ("day=什么时候", set()),
        ("reason=parking", {"停车费"}),
        ("outcome=answered", {"厨房漏水", "停车费"}),
        ("direction=outgoing", {"停车费"}),
        ("mine=taken", {"停车费"}),
        ("mine=owner", {"厨房漏水"}),
        ("state=open", {"厨房漏水"}),
    ],
)
def test_the_list_is_filtered(clerk, estate, person, query, shown):
    limin = person("limin")
    make.make_follow_up(estate, limin)
    evening = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)  # one minute before midnight at the company
    parking = {"note": "停车费", "reason": "parking", "direction": "outgoing", "taken_by_id": limin.id}
    make.make_call(estate, digits="13907310001", started_at=evening, **parking)
    page = clerk.get(f"/calls/?{query}").text
    assert {note for note in ("厨房漏水", "停车费") if note in page} == shown


def test_the_work_list_marks_what_is_late_in_words(clerk, estate, person, other_estate):
    limin = person("limin")
    make.make_follow_up(
        estate, limin, follow_up="早该回电", due_at=utc_now() - timedelta(hours=2, minutes=10, seconds=5)
    )
    make.make_follow_up(estate, limin, follow_up="还有时间", due_at=utc_now() + timedelta(days=1, hours=1, seconds=5))
    make.make_follow_up(other_estate, limin, follow_up="别的小区")
    page = clerk.get("/calls/to-call-back").text
    assert page.index("早该回电") < page.index("还有时间")
    assert "tone-red" in page
    assert "别的小区" not in page
    late = clerk.get("/calls/to-call-back?late=1").text
    assert "早该回电" in late
    assert "还有时间" not in late


def test_home_shows_what_is_to_do_and_todays_figures(clerk, estate, person):
    limin = person("limin")
    before = {"started_at": utc_now() - timedelta(days=2), "due_at": utc_now() - timedelta(minutes=5)}
    make.make_follow_up(estate, limin, follow_up="早该回电", **before)
    make.make_call(estate, started_at=utc_now())
    page = clerk.get("/").text
    assert "早该回电" in page
    assert 'href="/calls/new"' in page
    _before, _heading, calls = page.partition('id="calls-work"')
    values = [part.split("<")[0] for part in calls.split('class="figure-value">')[1:4]]
    assert values == ["1", "1", "1"]


def test_home_costs_the_same_queries_for_ten_call_backs(clerk, estate, person, queries):
    limin = person("limin")
    make.make_follow_up(estate, limin)
    clerk.get("/")
    with queries() as one:
        clerk.get("/")
    for _ in range(9):
        make.make_follow_up(estate, limin, make.make_customer(estate))
    with queries() as ten:
        clerk.get("/")
    assert len(one) == len(ten)


def test_everybody_is_reminded_once(app, db, estate, person):
    limin = person("limin")
    due = make.make_follow_up(estate, limin, follow_up="请回电", due_at=utc_now() - timedelta(minutes=1))
    make.make_follow_up(estate, limin, due_at=utc_now() + timedelta(hours=1))
    make.make_call(estate)
    with app.app_context():
        g.actor = system_actor("tests")
        assert (remind(), remind()) == (1, 0)
    [notification] = told(db, limin)
    assert "请回电" in notification.text
    assert notification.url == ADDRESS.format(due.id)


def test_the_address_in_reminders_is_the_pages(app, estate):
    with app.test_request_context():
        assert url_for("calls.show", call_id=7) == ADDRESS.format(7)
