"""The figures of a month reckoned by hand, on both engines; what lies outside the month or the estate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crm.complaints.cases.models import Complaint, ComplaintState
from crm.complaints.figures import besides
from crm.complaints.figures.asked import Asked
from crm.complaints.figures.reports import Report, report
from crm.complaints.figures.sums import ALL, BY, CAUSE, CROSS, STANDING, Sums, summed
from crm.properties.models import Estate
from crm.web import charts
from crm.web.figures import Ratio
from tests.complaints.figures.making import case, november
from tests.complaints.making import department_called
from tests.repairs.figures.making import at

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
NOW = datetime(2026, 12, 20, 4, tzinfo=UTC)


def asking(*estates: Estate, begins: date = NOVEMBER, last: date | None = None, **given: Any) -> Asked:
    names = {estate.id: estate.name for estate in estates}
    facts: dict[str, Any] = {"begins": begins, "last": last or begins, "now": NOW}
    return Asked(estates=names, **(facts | given))


def total(asked: Asked) -> Sums:
    return summed(asked)[ALL].get(None, Sums())


def rows(found: Report, key: str) -> list[Any]:
    table = found.table(key)
    assert table is not None
    return list(table.rows)


def test_the_figures_of_november(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = total(asking(estate))
    # all but carried and before; good; withdrawn and joined; carried, good, late, billed, taken over; open, fresh, long
    counts = {"received": 9, "urgent": 1, "void": 2, "closed": 5, "open": 3}
    assert {name: getattr(found, name) for name in counts} == counts
    # carried, good, open, long, billed ÷ those, late, fresh
    assert found.answered == Ratio(5, 7)
    # carried, good, long, billed ÷ those, late, open; fresh's was promised for December
    assert found.settled == Ratio(4, 6)
    assert found.again == Ratio(1, 5)  # late
    assert found.with_ground == Ratio(3, 5)  # carried, good, late


def test_december_has_what_ran_out_and_ended_there(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = total(asking(estate, begins=DECEMBER))
    assert (found.received, found.closed, found.open) == (0, 1, 2)
    assert (found.answered, found.settled) == (Ratio(0, 0), Ratio(0, 1))


def test_a_promise_is_broken_from_the_moment_after_on(work: Any, estate: Estate) -> None:
    case(estate, ComplaintState.received, at(10), answer_due_at=at(10, 18), result_due_at=at(13))
    with work():
        assert total(asking(estate, now=at(10, 18))).answered == Ratio(0, 0)
        assert total(asking(estate, now=at(10, 18, 1))).answered == Ratio(0, 1)


def test_opened_again_the_result_is_open_again(work: Any, estate: Estate) -> None:
    cases = november(estate)
    with work() as db:
        opened = db.get_one(Complaint, cases["good"].id)
        opened.state, opened.replied_at, opened.closed_at = ComplaintState.reopened, None, None
        opened.result_due_at, opened.reopened = at(35), 1
        db.flush()
        found = total(asking(estate))
    assert (found.closed, found.open, found.settled, found.again) == (4, 4, Ratio(3, 5), Ratio(1, 4))


def test_half_of_them_waited_no_longer(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        asked = asking(estate)
        # 0.5, 1, 1, 2, 13 and 25 hours; 6, 24, 24, 48, 61 and 168
        assert besides.median_hours(asked, Complaint.acknowledged_at) == Decimal("1.5")
        assert besides.median_hours(asked, Complaint.replied_at) == Decimal("36.0")
        assert besides.median_hours(asking(estate, begins=DECEMBER), Complaint.replied_at) is None


def test_call_backs_and_what_was_given(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        heard, given = besides.heard(asking(estate)), besides.given(asking(estate))
        nothing = besides.heard(asking(estate, begins=date(2025, 1, 1)))
    assert (heard.satisfied, heard.attempts, heard.score) == (Ratio(1, 2), 3, Decimal("2.50"))
    assert given == (1, Decimal("200.00"))
    assert (nothing.satisfied, nothing.attempts, nothing.score) == (Ratio(0, 0), 0, None)


def test_every_way_of_summing_adds_up_to_the_total(work: Any, estate: Estate, other_estate: Estate) -> None:
    november(estate)
    november(other_estate)
    with work():
        found = summed(asking(estate, other_estate))
    whole = found[ALL][None]
    for kind in (*BY, "contractor"):
        for name in STANDING:
            assert sum(getattr(each, name) for each in found[kind].values()) == getattr(whole, name), (kind, name)
    for kind in (CAUSE, CROSS):
        assert sum(each.closed for each in found[kind].values()) == whole.closed == 10
    assert sum(each.received for each in found["channel"].values()) == whole.received == 18


def test_the_causes_add_up(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = report(asking(estate))
        causes = rows(found, "cause")
        chart: Any = found.table("cause").chart  # type: ignore[union-attr]
    assert [row[1] for row in causes] == [2, 1, 1, 1]
    assert [row[3] for row in causes] == [Ratio(2, 5), Ratio(3, 5), Ratio(4, 5), Ratio(5, 5)]
    assert [bar.count for bar in chart.bars] == [2, 1, 1, 1]
    assert chart.bars[-1].share == "100.0"


def test_where_and_why_and_by_whom(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = report(asking(estate))
        table = found.table("map")
        cross = rows(found, "cross")
    assert table is not None
    by_name = {row[0]: dict(zip(table.headings[1:], row[1:], strict=True)) for row in table.rows}
    assert list(by_name) == ["3", "5", "不属于楼栋"]
    assert {name: sum(row.values()) for name, row in by_name.items()} == {"3": 2, "5": 2, "不属于楼栋": 1}
    assert sum(cell.count for cell in table.chart.cells) == 5
    cleaners = [row for row in cross if row[0] == "3" and row[3] == 1]
    assert len(cleaners) == 2, "with the cleaners, and with no contractor"
    assert sum(row[3] for row in cross) == 5


def test_by_department_and_contractor(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = report(asking(estate))
    departments = {row[0]: row for row in rows(found, "standing_department")}
    assert {name: row[1] for name, row in departments.items() if row[1]} == {
        "工程维修部": 6, "客户服务部": 1, "财务部": 1, [*departments][-1]: 1,
    }  # fmt: skip
    assert departments["工程维修部"][4] == Ratio(3, 5)
    assert [row[1] for row in rows(found, "standing_contractor")] == [1, 8]


def test_thirteen_months(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = report(asking(estate))
    months = rows(found, "trend")
    assert len(months) == 13
    assert months[0][0] == "2025-11"
    assert months[-2:] == [("2026-10", 2, 1), ("2026-11", 9, 5)]


@pytest.mark.parametrize(
    ("given", "received"),
    [
        ({"contractor": "cleaning"}, 1),
        ({"contractor": "lifts"}, 0),
        ({"department": "财务部"}, 1),
        ({"building": "late"}, 3),
    ],
)
def test_narrowed(work: Any, estate: Estate, given: dict[str, str], received: int) -> None:
    cases = november(estate)
    wanted: dict[str, Any] = {"contractor": given.get("contractor", "")}
    if "department" in given:
        wanted["department_id"] = department_called(given["department"])
    if "building" in given:
        wanted["building_id"] = cases[given["building"]].building_id
    with work():
        asked = asking(estate, **wanted)
        assert total(asked).received == received
        assert report(asked).narrowed


def test_an_empty_month_divides_by_nothing(work: Any, estate: Estate) -> None:
    with work():
        found = report(asking(estate))
    assert found.total == Sums()
    assert rows(found, "cause") == []
    assert {"–", "0", "0.00"} == {card.value for card in found.cards}


def test_as_many_statements_however_much_there_is(
    work: Any, estate: Estate, other_estate: Estate, queries: Callable[..., Any]
) -> None:
    november(estate)
    with work(), queries() as little:
        report(asking(estate))
    november(other_estate)
    asked = asking(estate, other_estate, last=DECEMBER)
    with work(), queries() as much:
        report(replace(asked, begins=date(2026, 1, 1)))
    assert len(little) == len(much) <= 14


def test_buildings_of_an_estate_with_a_long_name_are_told_apart() -> None:
    names = ["碧桂园凤凰城一期 11", "碧桂园凤凰城一期 12", "碧桂园凤凰城二期 11", "阳光花园 3", "不属于楼栋"]
    drawn = charts.heat(list(enumerate(names)), [("a", "设施")], {(0, "a"): 1})
    assert [label for label, _y in drawn.rows] == [
        "碧桂…一期 11",
        "碧桂…一期 12",
        "碧桂…二期 11",
        "阳光花园 3",
        "不属于楼栋",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("碧桂园凤凰城 商业裙楼A座", "… 商业裙楼A座"),
        ("碧桂园凤凰城 A座商业裙楼西", "碧桂园凤凰城 …"),
        ("碧桂园凤凰城一期二期", "碧桂园凤凰城一…"),
        ("In no building", "In no b…"),
    ],
)
def test_beside_a_row_there_is_room_for_so_much(text: str, shown: str) -> None:
    assert (charts.beside(text, 8), len(shown) <= 8) == (shown, True)
