"""Opening an incident, what is read out, who called, and who is to be told when it is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.audit.models import LogEntry
from crm.dates import utc_now
from crm.errors import DomainError, IllegalTransition
from crm.notifications.models import Notification
from crm.properties.models import Estate
from crm.repairs.categories.models import Place
from crm.repairs.incidents import service
from crm.repairs.incidents.models import ADDRESS, WORKFLOW, Incident, IncidentCaller, IncidentState
from crm.repairs.incidents.queries import get_incident, open_here
from crm.repairs.incidents.service import Calling
from tests import factories as make
from tests.acting import as_
from tests.repairs.incidents.making import OVER, make_caller
from tests.repairs.making import NOW, category_called, make_incident, user_called

PHONE = "13907315678"
WORDS = "3栋水泵故障，正在抢修，预计11点恢复。请先接水备用。"


@pytest.fixture
def dispatcher(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("sunhao")


@pytest.fixture
def clerk(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("limin")


@pytest.fixture
def stored(db: Session) -> Callable[[], Incident]:
    """The only incident there is, as it stands in the database now."""

    def read() -> Incident:
        db.expire_all()
        return db.scalars(select(Incident)).one()

    return read


@pytest.fixture
def callers(db: Session) -> Callable[[], list[IncidentCaller]]:
    def read() -> list[IncidentCaller]:
        db.expire_all()
        return list(db.scalars(select(IncidentCaller).order_by(IncidentCaller.id)))

    return read


def opening(estate: Estate, **given: Any) -> dict[str, Any]:
    category = category_called("停机断水", Place.equipment)
    return {"estate_id": estate.id, "category_id": category.id, "title": "3栋停水", "words": WORDS} | given


def bells(db: Session, username: str) -> list[Notification]:
    db.expire_all()
    return list(db.scalars(select(Notification).filter_by(user_id=user_called(username).id)))


def kinds(db: Session) -> list[str]:
    db.expire_all()
    return [entry.kind for entry in db.scalars(select(LogEntry).order_by(LogEntry.id)) if "Incident" in entry.kind]


@pytest.mark.parametrize("state", IncidentState)
@pytest.mark.parametrize("action", WORKFLOW)
def test_every_cell(app: Any, action: str, state: IncidentState) -> None:
    incident = Incident(state=state)
    allowed = (action == "tell") is (state is IncidentState.over)
    with app.test_request_context():
        if allowed:
            WORKFLOW.take(incident, action)
            assert incident.state is (IncidentState.over if action == "end" else state)
        else:
            with pytest.raises(IllegalTransition, match=r".+"):
                WORKFLOW.take(incident, action)
            assert incident.state is state


def test_an_incident_is_opened_and_read_out(
    dispatcher: FlaskClient, clerk: FlaskClient, estate: Estate, stored: Callable[[], Incident], db: Session
) -> None:
    building = make.make_building(estate, "73")
    sent = opening(estate, building="73栋", began_at="昨天 22:00", expected_at="2小时")
    answer = dispatcher.post("/repairs/incidents/new", data=sent)
    incident = stored()
    assert answer.location == ADDRESS.format(incident.id)
    assert (incident.building_id, incident.opened_by) == (building.id, "孙浩")
    assert incident.began_at < utc_now() < (incident.expected_at or utc_now())
    page = clerk.get(answer.location).text
    assert WORDS in page
    assert f"{answer.location}/change" not in page, "who only answers does not change the words"
    assert kinds(db) == ["IncidentOpened"]


def test_without_a_building_it_is_the_whole_estate_since_now(
    dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident]
) -> None:
    dispatcher.post("/repairs/incidents/new", data=opening(estate))
    assert stored().building_id is None
    assert utc_now() - stored().began_at < timedelta(minutes=1)
    assert stored().expected_at is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"words": " "}, "words"),
        ({"words": "水" * 301}, "words"),
        ({"category_id": ""}, "category_id"),
        ({"category_id": "999999"}, "category_id"),
        ({"estate_id": "999999"}, "estate_id"),
        ({"building": "999"}, "999"),
        ({"began_at": "2099-01-01"}, "began_at"),
        ({"began_at": "刚才"}, "began_at"),
        ({"expected_at": "2020-01-01"}, "expected_at"),
        ({"expected_at": "一会儿"}, "expected_at"),
    ],
)
def test_what_is_wrong_is_named(
    dispatcher: FlaskClient, estate: Estate, db: Session, wrong: dict[str, str], field: str
) -> None:
    answer = dispatcher.post("/repairs/incidents/new", data=opening(estate) | wrong)
    assert answer.status_code == 422
    assert field in answer.text.split("notice-danger")[1].split("</ul>")[0]
    assert db.scalar(select(func.count()).select_from(Incident)) == 0


def test_a_building_of_another_estate_is_none_of_this_one(
    dispatcher: FlaskClient, estate: Estate, other_estate: Estate
) -> None:
    make.make_building(other_estate, "88")
    assert dispatcher.post("/repairs/incidents/new", data=opening(estate, building="88")).status_code == 422


def test_the_words_change_and_both_stand_in_the_log(
    dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident], db: Session
) -> None:
    incident = make_incident(estate, expected_at=datetime(2026, 1, 1, tzinfo=UTC))
    form = dispatcher.get(f"/repairs/incidents/{incident.id}/change").text
    expected = form.split('name="expected_at"')[1].split('value="')[1].split('"')[0]
    sent = {"version": incident.version, "words": "仍在抢修。", "expected_at": expected}
    address = f"/repairs/incidents/{incident.id}/change"
    assert dispatcher.post(address, data=sent).status_code == 302, "the moment that has passed may stay"
    assert stored().words == "仍在抢修。"
    [entry] = db.scalars(select(LogEntry).filter_by(kind="IncidentChanged"))
    assert entry.data["changes"] == {"words": [incident.words, "仍在抢修。"]}
    assert "仍在抢修。" in dispatcher.get(f"/repairs/incidents/{incident.id}").text


def test_a_second_tab_sees_what_the_first_wrote(
    dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident]
) -> None:
    incident = make_incident(estate)
    address = f"/repairs/incidents/{incident.id}/change"
    assert dispatcher.post(address, data={"version": 1, "words": "甲"}).status_code == 302
    answer = dispatcher.post(address, data={"version": 1, "words": "乙"})
    assert answer.status_code == 409
    assert "甲" in answer.text
    assert stored().words == "甲"


def test_nothing_changed_is_said(dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident]) -> None:
    incident = make_incident(estate)
    sent = {"version": 1, "words": incident.words}
    assert dispatcher.post(f"/repairs/incidents/{incident.id}/change", data=sent).status_code == 422
    assert stored().version == 1


def test_whoever_dispatches_here_is_told_in_ones_language_but_not_of_ones_own(
    work: Callable[..., Any], estate: Estate, db: Session
) -> None:
    incident = make_incident(estate)
    with work(as_("limin")):
        service.change(get_incident(incident.id), "新的说法", None)
    [bell] = bells(db, "sunhao")
    assert "新的说法" in bell.text
    assert bell.url == ADDRESS.format(incident.id)
    assert bells(db, "zhangjg") == []
    with work(as_("sunhao")):
        service.end(get_incident(incident.id), "修好了", utc_now())
    assert [bell.text for bell in bells(db, "sunhao")] == [bell.text]


@pytest.mark.parametrize("wrong", [{"result": ""}, {"ended_at": "2026-11-01"}, {"ended_at": "2099-01-01"}])
def test_it_does_not_end_without_words_nor_before_it_began(
    dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident], wrong: dict[str, str]
) -> None:
    incident = make_incident(estate)
    sent = {"version": 1, "result": "水泵已换"} | wrong
    assert dispatcher.post(f"/repairs/incidents/{incident.id}/end", data=sent).status_code == 422
    assert stored().state is IncidentState.open


def test_ended_twice_is_refused(dispatcher: FlaskClient, estate: Estate, stored: Callable[[], Incident]) -> None:
    incident, sent = make_incident(estate), {"version": 1, "result": "水泵已换"}
    address = f"/repairs/incidents/{incident.id}/end"
    assert dispatcher.post(address, data=sent).status_code == 302
    assert dispatcher.post(address, data=sent).status_code == 409
    assert dispatcher.post(address, data=sent | {"version": 2}).status_code == 422
    assert stored().result == "水泵已换"


def test_a_caller_is_noted_with_a_masked_number(
    clerk: FlaskClient, estate: Estate, callers: Callable[[], list[IncidentCaller]], db: Session
) -> None:
    incident, unit = make_incident(estate), make.make_unit(estate, "3-1-502")
    sent = {"unit": "3栋1单元502", "name": "欧阳娜娜", "number": "+86 139 0731 5678", "wants_word": "y"}
    answer = clerk.post(f"/repairs/incidents/{incident.id}/callers", data=sent)
    assert answer.status_code == 302
    [caller] = callers()
    assert (caller.unit_id, caller.digits, caller.wants_word, caller.noted_by) == (unit.id, PHONE, True, "李敏")
    page = clerk.get(answer.location).text
    assert "139****5678" in page
    assert PHONE not in page
    [entry] = db.scalars(select(LogEntry).filter_by(kind="IncidentCallerNoted"))
    assert entry.data["masked"] == "139****5678"


def test_the_same_unit_is_one_caller_and_it_is_said_who_called(
    clerk: FlaskClient, estate: Estate, callers: Callable[[], list[IncidentCaller]]
) -> None:
    incident, unit = make_incident(estate), make.make_unit(estate, "3-1-502")
    make_caller(incident, unit)
    answer = clerk.post(f"/repairs/incidents/{incident.id}/callers", data={"unit": "3-1-502", "name": "欧阳志远"})
    assert answer.status_code == 422
    told = answer.text.split("notice-danger")[1].split("</ul>")[0]
    assert "3-1-502 欧阳娜娜 139****5678" in told
    assert "李敏" in told
    assert "欧阳志远" in answer.text, "what was typed stays"
    assert len(callers()) == 1


def test_callers_without_a_unit_are_each_one(
    clerk: FlaskClient, estate: Estate, callers: Callable[[], list[IncidentCaller]]
) -> None:
    incident = make_incident(estate)
    for name in ("路人甲", "路人乙"):
        assert clerk.post(f"/repairs/incidents/{incident.id}/callers", data={"name": name}).status_code == 302
    assert [caller.name for caller in callers()] == ["路人甲", "路人乙"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"unit": "99-9-999"},
        {"unit": "", "name": "路人", "number": "一二三"},
        {"name": "路人", "wants_word": "y"},
    ],
)
def test_a_caller_nobody_could_tell_is_refused(
    clerk: FlaskClient, estate: Estate, callers: Callable[[], list[IncidentCaller]], sent: dict[str, str]
) -> None:
    incident = make_incident(estate)
    answer = clerk.post(f"/repairs/incidents/{incident.id}/callers", data=sent)
    assert answer.status_code == 422
    assert "notice-danger" in answer.text
    assert callers() == []


def test_a_unit_of_another_estate_does_not_call(work: Callable[..., Any], estate: Estate, other_estate: Estate) -> None:
    incident, unit = make_incident(estate), make.make_unit(other_estate)
    with work(as_("sunhao")), pytest.raises(DomainError):
        service.note_caller(get_incident(incident.id), Calling(unit=unit))


def test_when_it_is_over_each_caller_who_wants_it_is_told_once(
    clerk: FlaskClient, estate: Estate, callers: Callable[[], list[IncidentCaller]]
) -> None:
    incident = make_incident(estate, **OVER)
    wants, not_wants = (make_caller(incident, make.make_unit(estate), wants_word=wants) for wants in (True, False))
    page = f"/repairs/incidents/{incident.id}"
    assert f"/callers/{wants.id}/told" in clerk.get(page).text
    assert f"/callers/{not_wants.id}/told" not in clerk.get(page).text
    assert clerk.post(f"{page}/callers/{wants.id}/told").status_code == 302
    first, second = callers()
    assert (first.told_by, second.told_at) == ("李敏", None)
    assert first.told_at
    assert clerk.post(f"{page}/callers/{wants.id}/told").status_code == 409, "once"
    assert clerk.post(f"{page}/callers/{not_wants.id}/told").status_code == 409
    assert callers()[0].told_at == first.told_at
    assert clerk.post(f"{page}/callers", data={"name": "晚到"}).status_code == 422, "nobody calls about what is over"


def test_nobody_is_told_while_it_goes_on(clerk: FlaskClient, estate: Estate) -> None:
    incident = make_incident(estate)
    caller = make_caller(incident, make.make_unit(estate))
    assert "/told" not in clerk.get(f"/repairs/incidents/{incident.id}").text
    assert clerk.post(f"/repairs/incidents/{incident.id}/callers/{caller.id}/told").status_code == 409


def test_a_caller_of_another_incident_is_not_this_ones(clerk: FlaskClient, estate: Estate) -> None:
    here, there = make_incident(estate, **OVER), make_incident(estate, **OVER)
    caller = make_caller(there, make.make_unit(estate))
    assert clerk.post(f"/repairs/incidents/{here.id}/callers/{caller.id}/told").status_code == 404
    assert clerk.get(f"/repairs/incidents/{here.id}/callers/{caller.id}/number").status_code == 404


def test_a_number_is_shown_for_a_reason_that_is_logged(clerk: FlaskClient, estate: Estate, db: Session) -> None:
    incident = make_incident(estate)
    caller = make_caller(incident, make.make_unit(estate))
    address = f"/repairs/incidents/{incident.id}/callers/{caller.id}/number"
    assert PHONE not in clerk.get(address).text
    refused = clerk.post(address, data={"reason": "other"})
    assert refused.status_code == 422
    assert PHONE not in refused.text
    assert PHONE in clerk.post(address, data={"reason": "call_back"}).text
    [entry] = db.scalars(select(LogEntry).filter_by(kind="IncidentNumberShown"))
    assert (entry.actor, entry.data["reason"], entry.data["unit_id"]) == ("李敏", "call_back", caller.unit_id)


def test_what_touches_a_place(work: Callable[..., Any], estate: Estate, other_estate: Estate) -> None:
    here, elsewhere = make.make_building(estate, "71"), make.make_building(estate, "72")
    own = make_incident(estate, building_id=here.id)
    whole = make_incident(estate)
    aside = make_incident(estate, building_id=elsewhere.id)
    make_incident(estate, building_id=here.id, **OVER)
    make_incident(other_estate)
    with work(as_("sunhao")):
        assert [each.id for each in open_here(estate.id, here.id)] == [whole.id, own.id]
        assert [each.id for each in open_here(estate.id, None)] == [aside.id, whole.id, own.id]


def test_what_goes_on_stands_first(clerk: FlaskClient, estate: Estate) -> None:
    make_incident(estate, title="已结束甲", began_at=utc_now(), **(OVER | {"ended_at": utc_now()}))
    make_incident(estate, title="进行中乙")
    page = clerk.get("/repairs/incidents/").text
    assert page.index("进行中乙") < page.index("已结束甲")
    assert "已结束甲" not in clerk.get("/repairs/incidents/?state=open").text
    assert "进行中乙" in clerk.get(f"/repairs/incidents/?estate={estate.id}").text


def test_the_other_estate_is_out_of_sight(clerk: FlaskClient, other_estate: Estate) -> None:
    incident = make_incident(other_estate, title="别处的事")
    caller = make_caller(incident)
    page = f"/repairs/incidents/{incident.id}"
    assert "别处的事" not in clerk.get("/repairs/incidents/").text
    for path in (page, f"{page}/notice.pdf", f"{page}/callers/{caller.id}/number"):
        assert clerk.get(path).status_code == 404
    assert clerk.post(f"{page}/callers", data={"name": "甲"}).status_code == 404


def test_who_may_not_dispatch_opens_none(clerk: FlaskClient, estate: Estate) -> None:
    incident = make_incident(estate)
    assert clerk.get("/repairs/incidents/new").status_code == 403
    for step in ("change", "end", "attach"):
        assert clerk.get(f"/repairs/incidents/{incident.id}/{step}").status_code == 403


def test_a_worker_reads_but_notes_no_callers(sign_in: Callable[[str], FlaskClient], estate: Estate) -> None:
    worker, incident = sign_in("zhangjg"), make_incident(estate)
    assert worker.get(f"/repairs/incidents/{incident.id}").status_code == 200
    assert worker.post(f"/repairs/incidents/{incident.id}/callers", data={"name": "甲"}).status_code == 403


def test_the_notice_is_one_page_with_what_people_ask(clerk: FlaskClient, estate: Estate) -> None:
    incident = make_incident(estate, title="三栋停水", words=WORDS)
    answer = clerk.get(f"/repairs/incidents/{incident.id}/notice.pdf")
    [page] = PdfReader(BytesIO(answer.data)).pages
    text = "".join(page.extract_text().split())
    for words in ("三栋停水", "正在抢修", "YH-WX-03", "和安物业服务有限公司", "2026-11-24"):
        assert words in text, words


def test_the_longest_notice_is_still_one_page(clerk: FlaskClient, estate: Estate) -> None:
    incident = make_incident(estate, title="停" * 60, words="水" * 300, expected_at=NOW)
    answer = clerk.get(f"/repairs/incidents/{incident.id}/notice.pdf")
    assert len(PdfReader(BytesIO(answer.data)).pages) == 1


def test_the_notice_says_that_it_is_over(clerk: FlaskClient, estate: Estate) -> None:
    incident = make_incident(estate, title="停" * 60, words="水" * 300, **(OVER | {"result": "好" * 300}))
    [page] = PdfReader(BytesIO(clerk.get(f"/repairs/incidents/{incident.id}/notice.pdf").data)).pages
    assert "好好好" in page.extract_text()


def test_the_state_says_when_it_takes_longer_than_was_said(clerk: FlaskClient, estate: Estate) -> None:
    """Red on the page as in the list: the words want changing."""
    late = make_incident(estate, expected_at=NOW)
    in_time = make_incident(estate, expected_at=utc_now() + timedelta(hours=1))
    assert "tone-red" in clerk.get(f"/repairs/incidents/{late.id}").text
    assert "tone-red" not in clerk.get(f"/repairs/incidents/{in_time.id}").text


def test_every_entry_about_it_reads_in_words(work: Callable[..., Any], clerk: FlaskClient, estate: Estate) -> None:
    incident, unit = make_incident(estate), make.make_unit(estate)
    with work(as_("sunhao")):
        found = get_incident(incident.id)
        service.change(found, "新的说法", utc_now() + timedelta(hours=2))
        caller = service.note_caller(found, Calling(unit=unit, digits=PHONE, wants_word=True))
        service.end(found, "修好了", utc_now())
        service.tell(found, caller)
        service.show_number(found, caller, "call_back")
    page = clerk.get(f"/repairs/incidents/{incident.id}").text
    for words in ("新的说法", "修好了", "139****5678"):
        assert words in page.split('class="timeline"')[1]
    unit_page = clerk.get(f"/tenants/units/{unit.id}").text
    assert "IncidentCaller" not in unit_page
    assert incident.title in unit_page
