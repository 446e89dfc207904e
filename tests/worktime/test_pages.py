"""The calendar's pages, entering and correcting a notice, what is stored, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crm.audit.log import handlers
from crm.audit.models import LogEntry
from crm.dates import utc_now
from crm.errors import DomainError, Stale
from crm.policy import figures
from crm.policy.models import FigureValue
from crm.worktime import queries, reports, service
from crm.worktime.calendar import Calendar, Override
from crm.worktime.events import HolidayNoticeEntered
from crm.worktime.models import HolidayNotice, NoticeDay
from crm.worktime.published import PUBLISHED
from tests.worktime.notices import CLAUSES, published
from tests.worktime.test_calendar import CALENDAR
from tests.worktime.test_hours import at

NEW = "/working-days/notices/new"
Work = Callable[..., Any]


@pytest.fixture
def admin(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("administrator")


@pytest.fixture
def newest(db: Any) -> Callable[[], HolidayNotice]:
    def read() -> HolidayNotice:
        db.expire_all()
        return db.scalars(select(HolidayNotice).order_by(HolidayNotice.id.desc()).limit(1)).one()

    return read


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pages are asked on that day."""
    return lambda day: monkeypatch.setattr("crm.worktime.views.business_day", lambda: date.fromisoformat(day))


def digest_of(page: str) -> str:
    return page.split('name="digest"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def enter(client: FlaskClient, notice: str, year: int | None = 2027, **given: str) -> Any:
    """Preview, then enter what it showed."""
    sent = {"text": notice, "year": str(year or ""), "title": "", "step": "preview"}
    shown = client.post(NEW, data=sent)
    return client.post(NEW, data=sent | {"step": "enter", "digest": digest_of(shown.text)} | given)


def days_named(work: Work, notice: HolidayNotice) -> dict[date, Override]:
    with work():
        return {row.day: Override(row.works, row.name) for row in queries.get_notice(notice.id).days}


def test_the_stored_calendar_is_the_published_one(work: Work) -> None:
    with work():
        assert queries.calendar() == CALENDAR
        assert [notice.title for year in PUBLISHED for notice in queries.notices(year)] == [
            published.title for published in PUBLISHED.values()
        ]


def test_the_calendar_costs_one_statement_a_request_however_many_years(work: Work, queries: Any) -> None:
    from crm.worktime import queries as calendars

    with work():
        service.enter_notice(2027, "通知", {date(2027, 1, 1): Override(False, "元旦")}, latest=0)
    for years in (frozenset({2025, 2026, 2027}),):
        with work(), queries() as seen:
            assert calendars.calendar().years == years
            assert calendars.calendar().add(date(2026, 9, 30), 3).day == date(2026, 10, 10)
        assert len([statement for statement in seen if "holiday_notice" in statement]) == 1


def test_a_page_costs_the_same_with_one_notice_and_with_many(admin: FlaskClient, work: Work, queries: Any) -> None:
    counts = []
    for round_ in range(2):
        with queries() as seen:
            assert admin.get("/working-days/?year=2026").status_code == 200
        counts.append(len(seen))
        for number in range(9 * (1 - round_)):
            with work():
                from crm.worktime import queries as calendars

                latest = calendars.latest_of(2026)
                service.enter_notice(2026, "更正", {date(2026, 1, 1 + number): Override(False, "元旦")}, latest=latest)
    assert counts[0] == counts[1]


def test_the_year_is_drawn_with_words_for_what_the_notice_names(admin: FlaskClient) -> None:
    page = admin.get("/working-days/?year=2026").text
    assert page.count("<caption>") == 12
    assert 'class="day-off" title="春节假期"' in page
    assert "15<small>休</small>" in page
    assert "14<small>班</small>" in page
    assert "15–23 春节" in page
    assert "2026-12-31" in page
    assert "随软件提供" in page
    assert "更改" not in page


def test_every_drawn_day_is_the_calendars(app: Any) -> None:
    with app.test_request_context():
        for year in PUBLISHED:
            drawn = reports.draw_year(CALENDAR, year, date(2026, 11, 24))
            cells = [cell for month in drawn.months for week in month.weeks for cell in week if cell]
            days = [date(year, 1, 1).fromordinal(date(year, 1, 1).toordinal() + offset) for offset in range(len(cells))]
            assert [cell.number for cell in cells] == [day.day for day in days]
            assert [cell.kind in ("plain", "make_up") for cell in cells] == [CALENDAR.works(day) for day in days]
            assert drawn.working_days == sum(map(CALENDAR.works, days))


def test_the_reckoner_names_each_day(admin: FlaskClient) -> None:
    page = admin.get("/working-days/?day=2026-02-13&days=3").text
    assert "2026-02-25" in page
    assert "春节假期" in page
    assert "调休上班（周六）" in page
    assert "请填 1 到 250 的整数" in admin.get("/working-days/?day=2026-02-13&days=0").text
    assert "2026-11-23" in admin.get("/working-days/?day=2026-02-31&days=2").text
    assert admin.get("/working-days/?day=9999-12-30&days=200").status_code == 200
    assert admin.get("/working-days/?year=77777777777777777777").status_code == 200


@pytest.mark.parametrize(
    ("day", "warned"), [("2026-09-30", False), ("2026-10-01", True), ("2026-12-31", True), ("2027-01-01", False)]
)
def test_from_october_on_the_next_years_notice_is_asked_for(
    admin: FlaskClient, today: Callable[[str], None], day: str, *, warned: bool
) -> None:
    today(day)
    page = admin.get("/working-days/").text
    assert ("还没有录入 2027 年的放假通知" in page) == (warned or day > "2027")
    assert ("缺少今年的日历" in page) == (day > "2027")


def test_no_warning_once_it_is_entered() -> None:
    covered = Calendar(years=frozenset({2026, 2027}))
    assert reports.missing(covered, date(2026, 11, 24)) == []
    assert reports.missing(Calendar(), date(2026, 11, 24)) == [
        reports.Missing(2026, urgent=True), reports.Missing(2027, urgent=False)
    ]  # fmt: skip


def test_who_may_see_may_not_enter(sign_in: Callable[[str], FlaskClient]) -> None:
    reader = sign_in("chairman")
    page = reader.get("/working-days/")
    assert page.status_code == 200
    assert NEW not in page.text
    assert reader.post(NEW, data={"text": CLAUSES[2027], "step": "enter"}).status_code == 403


def test_a_notice_is_previewed_then_entered(admin: FlaskClient, work: Work, newest: Any, db: Any) -> None:
    before = newest().id
    shown = admin.post(NEW, data={"text": published(2027), "year": "", "title": "", "step": "preview"})
    assert shown.status_code == 200
    assert "2027-02-20" in shown.text
    assert "周六" in shown.text
    assert newest().id == before
    answer = enter(admin, published(2027), None)
    assert answer.location == "/working-days/?year=2027"
    notice = newest()
    assert (notice.year, notice.title, notice.entered_by) == (
        2027,
        "国务院办公厅关于2027年部分节假日安排的通知",
        "刘洋",
    )
    with work():
        calendar = queries.calendar()
        assert calendar.version == notice.id
        due = calendar.add(date(2026, 12, 28), 3)
        assert (due.day, due.provisional, due.version) == (date(2026, 12, 31), False, notice.id)
        assert calendar.add(date(2027, 2, 4), 1).day == date(2027, 2, 12)
    logged = db.scalars(select(LogEntry).order_by(LogEntry.id.desc()).limit(1)).one()
    assert (logged.kind, logged.data) == ("HolidayNoticeEntered", {"notice_id": notice.id, "year": 2027})
    page = admin.get(f"/working-days/notices/{notice.id}").text
    assert "现行" in page
    assert "刘洋" in page


def test_json_and_rows_are_entered_as_well(admin: FlaskClient, work: Work, newest: Any) -> None:
    assert enter(admin, CLAUSES[2027]).status_code == 302
    wanted = days_named(work, newest())
    facts = [{"name": said.name, "date": str(day), "isOffDay": not said.works} for day, said in wanted.items()]
    moved = json.dumps({"year": 2028, "days": facts}).replace("2027-", "2028-")
    answer = enter(admin, moved, None, seen="y")  # in 2028 the weekdays are others: doubtful, and told so
    assert answer.status_code == 302, answer.text
    assert newest().year == 2028
    assert len(days_named(work, newest())) == len(wanted)


def test_what_was_typed_stays_and_faults_stop_it(admin: FlaskClient, newest: Any) -> None:
    before = newest().id
    typed = CLAUSES[2027] + "\n2027-02-30 休 元旦"
    answer = enter(admin, typed, seen="y")
    assert answer.status_code == 422
    assert "没有这一天：2027-02-30" in answer.text
    assert "2027-02-30 休 元旦</textarea>" in answer.text
    assert "一、元旦：1月1日（周五）至3日" in answer.text
    assert newest().id == before


@pytest.mark.parametrize(
    "notice",
    [
        '{"year": 99999999999999999999999}',
        '{"year": 99999999999999999999999, "days": [{"day": "01-01", "works": false}]}',
        '{"year": -1}',
        "国务院办公厅关于99999年部分节假日安排的通知",
    ],
)
def test_a_year_beyond_all_calendars_is_a_fault_of_the_notice(admin: FlaskClient, notice: str) -> None:
    answer = admin.post(NEW, data={"text": notice, "year": "", "title": "", "step": "preview"})
    assert answer.status_code == 422, answer.text[-2000:]


def test_doubts_want_a_tick(admin: FlaskClient, newest: Any) -> None:
    typed = CLAUSES[2027].replace("1月1日（周五）", "1月1日（周四）")
    refused = enter(admin, typed)
    assert refused.status_code == 422
    assert "2027-01-01 是周五，原文写的是周四" in refused.text
    assert newest().year == 2026
    assert enter(admin, typed, seen="y").status_code == 302
    assert newest().year == 2027


def test_only_what_the_preview_showed_is_entered(admin: FlaskClient, newest: Any) -> None:
    answer = admin.post(NEW, data={"text": CLAUSES[2027], "year": "2027", "title": "", "step": "enter"})
    assert answer.status_code == 422
    assert "和刚才预览的不一样" in answer.text
    shown = digest_of(answer.text)
    other = CLAUSES[2027].replace("5月8日（周六）", "5月9日（周日）")
    assert admin.post(NEW, data={"text": other, "year": "2027", "step": "enter", "digest": shown}).status_code == 422
    assert newest().year == 2026


def test_a_second_notice_is_a_correction_that_says_what_changes(admin: FlaskClient, work: Work, newest: Any) -> None:
    assert enter(admin, CLAUSES[2027]).status_code == 302
    first = newest().id
    other = CLAUSES[2027].replace("5月8日（周六）", "5月9日（周日）")
    shown = admin.post(NEW, data={"text": other, "year": "2027", "title": "更正", "step": "preview"}).text
    assert "2027 年的变化" in shown
    for words in ("2027-05-08", "上班：调休上班（周六）", "休息：周六", "休息：周日", "上班：调休上班（周日）"):
        assert words in shown
    assert enter(admin, other, title="更正").status_code == 302
    assert newest().title == "更正"
    with work():
        assert not queries.calendar().works(date(2027, 5, 8))
        assert queries.calendar().works(date(2027, 5, 9))
        assert [row.id for row in queries.notices(2027)] == [newest().id, first]
    assert "已被替换" in admin.get(f"/working-days/notices/{first}").text
    changed = admin.get(f"/working-days/notices/{newest().id}").text
    assert "当时改动了什么" in changed
    assert "2027-05-08" in changed
    again = enter(admin, other)
    assert again.status_code == 422
    assert "没有变化" in again.text


def test_two_people_at_once_do_not_overwrite_each_other(work: Work) -> None:
    with work():
        latest = queries.latest_of(2026)
        service.enter_notice(2026, "更正", {date(2026, 1, 2): Override(False, "元旦")}, latest=latest)
        with pytest.raises(Stale):
            service.enter_notice(2026, "更正", {date(2026, 1, 5): Override(False, "元旦")}, latest=latest)
        with pytest.raises(DomainError, match="至少"):
            service.enter_notice(2028, "空", {}, latest=0)


@pytest.fixture
def told() -> Iterator[list[HolidayNoticeEntered]]:
    heard: list[HolidayNoticeEntered] = []
    handlers[HolidayNoticeEntered].append(heard.append)
    yield heard
    handlers[HolidayNoticeEntered].remove(heard.append)


def test_a_handler_reckons_anew_by_the_notice_just_entered(work: Work, told: list[HolidayNoticeEntered]) -> None:
    with work():
        assert queries.calendar().add(date(2027, 1, 4), 1).provisional
        service.enter_notice(2027, "通知", {date(2027, 1, 5): Override(False, "元旦")}, latest=0)
        assert [event.year for event in told] == [2027]
        due = queries.calendar().add(date(2027, 1, 4), 1)
        assert (due.day, due.provisional, due.version) == (date(2027, 1, 6), False, told[0].notice_id)


def test_the_newer_notice_counts_where_two_years_name_one_day(work: Work) -> None:
    with work():
        service.enter_notice(2027, "通知", {date(2026, 12, 26): Override(True, "元旦")}, latest=0)
        assert queries.calendar().works(date(2026, 12, 26))


@pytest.mark.parametrize("table", ["holiday_notice", "holiday_notice_day"])
@pytest.mark.parametrize("words", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_notice(work: Work, table: str, words: str) -> None:
    column = "title = 'x'" if table == "holiday_notice" else "works = works"
    with pytest.raises(DBAPIError, match="append-only"), work() as db:
        db.execute(text(words.format(table, column)))
    with pytest.raises(TypeError, match="append-only"), work() as db:
        db.scalars(select(NoticeDay).limit(1)).one().name = "x"


def test_office_hours_are_the_companys_and_change_on_their_day(work: Work) -> None:
    with work():
        assert queries.office_schedule().worked(at("2026-05-07 00:00"), at("2026-05-08 00:00")).seconds == 7 * 3600
        facts = {"confirmed": True, "basis": "办公会", "set_by": "周慧", "user_id": None, "set_at": utc_now()}
        key, day = "worktime.office_hours", date(2026, 5, 8)
        figures.keep(FigureValue(key=key, value="09:00-12:00", valid_from=day, **facts))
        figures.keep(FigureValue(key=key, value="09:00-11:00", valid_from=day, **facts))
        schedule = queries.office_schedule()
        assert schedule.worked(at("2026-05-07 00:00"), at("2026-05-09 00:00")).seconds == 9 * 3600
        always = queries.round_the_clock()
        assert always.worked(datetime(2026, 5, 9, tzinfo=UTC), datetime(2026, 5, 10, tzinfo=UTC)).days == 1


def test_wrong_office_hours_are_refused_where_figures_are_set(admin: FlaskClient) -> None:
    path = "/admin/figures/worktime.office_hours/set"
    sent = {"value": "17:30-08:30", "valid_from": "明天", "basis": "办公会", "latest": "0"}
    answer = admin.post(path, data=sent)
    assert answer.status_code == 422
    assert "结束早于开始" in answer.text
    assert "17:30-08:30" in answer.text
    assert "办公时间" in admin.get("/admin/figures").text
