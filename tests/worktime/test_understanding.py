"""Reading a notice in each of its forms, and naming what is wrong with it; no database."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.worktime.forms import LONGEST_NOTICE
from crm.worktime.published import PUBLISHED, published_days
from crm.worktime.understanding.days import Understood
from crm.worktime.understanding.notice import understand
from tests.worktime.notices import CLAUSES, published


def days_of(understood: Understood) -> list[tuple[date, bool, str]]:
    return [(named.day, named.works, named.name) for named in understood.days]


def said(understood: Understood) -> list[str]:
    return [remark.text for remark in understood.remarks]


def about_2027(text: str) -> Understood:
    return understand(text, 2027)


@pytest.mark.parametrize("year", PUBLISHED)
@pytest.mark.parametrize("given_year", [True, False])
def test_the_published_texts_are_understood_without_a_remark(year: int, *, given_year: bool) -> None:
    found = understand(published(year), year if given_year else None)
    assert found.remarks == []
    assert (found.year, found.title) == (year, PUBLISHED[year].title)
    assert days_of(found) == sorted(published_days(year))
    assert len(found.aside) == 6  # head and foot


def test_a_text_without_line_breaks_is_understood_too() -> None:
    whole = published(2026).replace("\n", "")
    assert days_of(understand(whole, 2026)) == sorted(published_days(2026))


def test_a_clause_over_several_lines_is_understood() -> None:
    broken = CLAUSES[2026].replace("。2月", "。\n2月").replace("：", ":\n")
    assert days_of(understand(broken, 2026)) == sorted(published_days(2026))


def test_the_three_forms_mean_the_same() -> None:
    text = about_2027(CLAUSES[2027])
    assert text.remarks == []
    facts = [{"name": name, "date": day.isoformat(), "isOffDay": not works} for day, works, name in days_of(text)]
    as_json = understand(json.dumps({"$schema": "x", "year": 2027, "papers": [], "days": facts}), None)
    rows = "\n".join(f"{day} {'班' if works else '休'} {name}" for day, works, name in days_of(text))
    assert days_of(as_json) == days_of(understand(rows, None)) == days_of(text)
    assert as_json.remarks == []
    assert (as_json.year, understand(rows, None).year) == (2027, 2027)
    assert days_of(understand(json.dumps(facts), 2027)) == days_of(text)


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ("2027-01-01 休 元旦", 1),
        ("20270101 休元旦", 1),
        ("2027/1/1 元旦 休", 1),
        ("2027-01-01（周五） 放假 元旦", 1),
        ("2027年1月1日 休 元旦", 1),
        ("1月1日 休 元旦", 1),
        ("2027-02-05 至 2027-02-11 休 春节", 7),
        ("2027-02-05~2027-02-11, 休, 春节", 7),
        ("2027-02-20 班", 1),
        ("2027-02-20 上班 春节", 1),
    ],
)
def test_a_row_as_people_write_it(row: str, days: int) -> None:
    found = about_2027(row)
    assert found.faults == []
    assert len(found.days) == days
    assert found.days[0].works == ("班" in row)


@pytest.mark.parametrize(
    ("text", "line", "fault"),
    [
        ("2027-01-01 元旦", 1, "休 or 班"),
        ("2027-01-01 休 元旦\n2027-02-30 休", 2, "no such day"),
        ("2027-13-01 休", 1, "no such day"),
        ("2027-02-11 至 2027-02-05 休", 1, "ends before"),
        ("2027-02-05 至 2027-12-05 休", 1, "too long"),
        ("2026-05-01 休 劳动节", 1, "no day of 2027"),
        ("2028-01-01 休 元旦", 1, "no day of 2027"),
        ("2027-01-01 休 元旦\n2027-01-01 班", 2, "off and worked at once, see line 1"),
        ("元旦：2月30日放假。", 1, "no such day"),
        ("元旦：1日放假。", 1, "no such day"),
        ("1月1日（周五）放假。", 1, "which holiday"),
        ("元旦：1月1日放假，1月9日、1月10日。", 1, "whether 2027-01-09 is off"),
        ("你好", 0, "No day"),
        ('{"year": 2027, "days": [', 1, "complete JSON"),
        ("[" * 20_000, 0, "complete JSON"),
        ('{"year": 2027}', 0, "No day"),
        ('{"year": 2026, "days": []}', 0, "is for 2026, not for 2027"),
        ("国务院办公厅关于2026年部分节假日安排的通知", 0, "is for 2026, not for 2027"),
        ('{"days": [{"date": "2027-01-01"}]}', 1, "Entry 1 needs"),
        ('{"days": [7, {"date": "2027-02-30", "isOffDay": true}]}', 2, "no such day"),
        ('{"days": [{"date": "2027-01-01", "isOffDay": "no"}]}', 1, "Entry 1 needs"),
    ],
)
def test_what_cannot_be_entered_is_named_with_its_line(text: str, line: int, fault: str) -> None:
    assert any(remark.line == line and fault in remark.text for remark in about_2027(text).faults), said(
        about_2027(text)
    )


@pytest.mark.parametrize(
    ("text", "line", "doubt"),
    [
        ("2027-01-01（周四）休 元旦", 1, "2027-01-01 is a Friday, the text says 周四"),
        ("元旦：1月1日（星期四）放假。", 1, "2027-01-01 is a Friday, the text says 周四"),
        ("元旦：1月1日（周五）至3日（周六）放假。", 1, "2027-01-03 is a Sunday, the text says 周六"),
        ("元旦：1月1日（周五）至3日（周日）放假，共4天。", 1, "says 4 days, it names 3"),
        ("元旦：1月1日（周五）放假2天，不调休。", 1, "says 2 days, it names 1"),
        ("2027-01-01 休 元旦\n2027-01-04 班", 2, "2027-01-04 is a Monday, worked anyway"),
        ("2027-01-01 休 元旦\n2027-01-01 休 元旦", 2, "twice, see line 1"),
        ("2026-12-26 班 元旦", 1, "year before"),
        ("元旦：1月1日放假。\n春节：2月20日调班。", 2, "neither 放假 nor 上班"),
        ("2027-01-01 休 元旦", 0, "端午、中秋、国庆"),
    ],
)
def test_what_is_doubtful_is_named_and_does_not_stop(text: str, line: int, doubt: str) -> None:
    found = about_2027(text)
    assert found.faults == []
    assert any(remark.line == line and doubt in remark.text for remark in found.doubts), said(found)


def test_the_end_of_the_year_before_belongs_to_new_year() -> None:
    found = understand("元旦：2022年12月31日（周六）至2023年1月2日（周一）放假调休，共3天。", 2023)
    assert [named.day for named in found.days] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]
    assert found.faults == []


def test_without_any_year_it_asks_for_it() -> None:
    assert "which year" in understand("元旦：1月1日放假。", None).faults[0].text
    assert "which year" in understand('{"year": 99999, "days": []}', None).faults[0].text


@given(some.text(alphabet='一二、.：:1234567890年月日至（）周五放假上班共天，。{}[]"休班 \n-', max_size=80))
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    found = understand(text, 2027)
    assert found.days or found.faults


@pytest.mark.parametrize(
    "piece", ["[", "国", "1日(", "。 ", "一", "一、", "1月1日至", "2027-01-01 ", "20270101 休", "周"]
)
def test_a_long_text_takes_no_longer_for_being_odd(piece: str) -> None:
    began = time.monotonic()
    about_2027((piece * LONGEST_NOTICE)[:LONGEST_NOTICE])
    assert time.monotonic() - began < 3


@given(some.sets(some.dates(date(2027, 1, 1), date(2027, 12, 31)), min_size=1, max_size=40))
def test_rows_are_read_back_as_they_were_written(days: set[date]) -> None:
    rows = [f"{day} {'班' if day.weekday() > 4 else '休'} 春节" for day in days]
    assert days_of(about_2027("\n".join(rows))) == [(day, day.weekday() > 4, "春节") for day in sorted(days)]


@given(some.dates(date(2027, 1, 1), date(2027, 12, 1)), some.integers(0, 20))
def test_a_range_names_each_of_its_days(first: date, more: int) -> None:
    last = first + timedelta(days=more)
    clause = f"春节：{first.month}月{first.day}日至{last.month}月{last.day}日放假，共{more + 1}天。"
    found = about_2027(clause)
    assert [named.day for named in found.days] == [first + timedelta(days=offset) for offset in range(more + 1)]
    assert not any(remark.line for remark in found.remarks)
