"""The figures of a month reckoned by hand, on both engines; what lies outside the month or the estate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crm.properties.models import Estate
from crm.repairs.figures import besides
from crm.repairs.figures.asked import Asked
from crm.repairs.figures.besides import altogether, costs, median_minutes, visits
from crm.repairs.figures.reports import Report, report
from crm.repairs.figures.sums import ALL, Sums, summed
from crm.repairs.orders.models import OrderState, Payer
from crm.web.figures import Ratio
from tests.repairs.figures.making import at, job, november
from tests.repairs.making import category_called, user_called

S = OrderState
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
NOW = datetime(2026, 12, 20, 4, tzinfo=UTC)


def asking(*estates: Estate, begins: date = NOVEMBER, last: date | None = None, **given: Any) -> Asked:
    names = {estate.id: estate.name for estate in estates}
    facts: dict[str, Any] = {"begins": begins, "last": last or begins, "now": NOW, "names_workers": True}
    return Asked(estates=names, **(facts | given))


def total(asked: Asked) -> Sums:
    return summed(asked)[ALL].get(None, Sums())


def test_the_figures_of_november(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = total(asking(estate))
    counts = {"reported": 12, "emergencies": 1, "finished": 5, "open": 6, "cancelled": 1, "duplicates": 1}
    assert {name: getattr(found, name) for name in counts} == counts
    # good, again, long, in time still, planned ÷ those, came back (a minute late), late, patrol
    assert found.accepted == Ratio(5, 8)
    # carried, good, came back, long, planned ÷ those, again, late, patrol
    assert found.arrived == Ratio(5, 8)
    # carried, good, came back, planned ÷ those, again, long, late; what was promised for December not yet
    assert found.in_time == Ratio(4, 7)
    # good (10), came back (30), in time still (20) ÷ those, again (90), repeat (40), long and late (nobody talked to)
    assert found.contacted == Ratio(3, 7)
    # carried, good, planned ÷ those, came back (came back), again (done again)
    assert found.first_fix == Ratio(3, 5)
    assert (found.provisional, found.reworks) == (0, 1)
    # 14 + 2 + 4 + 96 + 3 hours
    assert found.hours == Decimal("23.8")


def test_the_patrols_promises_ran_out_in_december(work: Any, estate: Estate) -> None:
    """Reported on the 28th, promised for 1 December: decided there, not in November."""
    november(estate)
    with work():
        found = total(asking(estate, begins=DECEMBER))
    assert (found.reported, found.finished, found.cancelled, found.open) == (0, 1, 1, 4)
    # the patrol's, which ran out on 1 December; in time still's, which ran out on the 11th
    assert found.in_time == Ratio(0, 2)
    assert found.arrived == Ratio(0, 1)


def test_a_word_after_how_long(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        assert median_minutes(asking(estate)) == Decimal("30.0")  # of 10, 20, 30, 40, 90
        assert median_minutes(asking(estate, begins=DECEMBER)) is None
        job(estate, S.registered, at(30), contacted_at=at(30, 9, 50))
        assert median_minutes(asking(estate)) == Decimal("35.0")  # between 30 and 40


def test_who_waits_for_half_an_hour_does_not_count_yet(work: Any, estate: Estate) -> None:
    job(estate, S.registered, at(10))
    with work():
        assert total(asking(estate, now=at(10, 9, 30))).contacted == Ratio(0, 0)
        assert total(asking(estate, now=at(10, 9, 31))).contacted == Ratio(0, 1)


def test_a_promise_is_broken_from_the_moment_after_on(work: Any, estate: Estate) -> None:
    job(estate, S.registered, at(10))
    with work():
        assert total(asking(estate, now=at(10, 9, 30))).accepted == Ratio(0, 0)
        assert total(asking(estate, now=at(10, 9, 31))).accepted == Ratio(0, 1)


def test_a_duplicate_counts_from_when_it_was_found(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        assert total(asking(estate, begins=date(2026, 10, 1))).open == 1  # carried


def test_what_was_mended_lately_is_provisional(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        assert total(asking(estate, now=at(30))).provisional == 5
        assert total(asking(estate, now=at(31 + 2))).provisional == 3  # carried, good are older than 30 days


def test_a_repeat_that_was_cancelled_is_none(work: Any, estate: Estate) -> None:
    jobs = november(estate)
    with work() as db:
        repeat = db.merge(jobs["repeat"])
        repeat.state = S.cancelled
        db.flush()
        assert total(asking(estate)).first_fix == Ratio(4, 5)


def test_return_visits(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = visits(asking(estate))
        before = visits(asking(estate, now=at(6)))
    assert found.made == Ratio(1, 2)  # good; came back was not asked
    assert before.made == Ratio(1, 1)  # due on the 6th: the day is not over
    assert (found.satisfied, found.attempts, found.score) == (Ratio(1, 2), 3, Decimal("2.50"))


def test_costs_by_payer_and_unit(work: Any, estate: Estate) -> None:
    jobs = november(estate)
    with work() as db:
        good = db.merge(jobs["good"])
        good.payer = Payer.customer
        db.flush()
        found = costs(asking(estate))
        sum_ = altogether([*found.values()])
    assert (sum_.materials, sum_.labour, sum_.units) == (Decimal(50), Decimal(50), 2)
    assert sum_.per_unit == Decimal("50.00")
    assert {payer: paid for payer, paid in sum_.payers.items() if paid} == {
        Payer.customer: Decimal(80),
        Payer.company: Decimal(20),
    }
    assert found[estate.id, good.building_id].per_unit == Decimal("80.00")


def test_by_worker_category_building_and_channel(work: Any, estate: Estate) -> None:
    jobs = november(estate)
    zhang, sun = user_called("zhangjg").id, user_called("sunhao").id
    with work():
        found = summed(asking(estate))
    workers = {key: (figures.finished, figures.in_time, figures.first) for key, figures in found["worker"].items()}
    assert workers[zhang] == (4, Ratio(4, 4), 3)
    assert workers[sun] == (1, Ratio(0, 2), 0)
    assert workers[None] == (0, Ratio(0, 1), 0)
    reported = {key: figures.reported for key, figures in found["category"].items()}
    assert reported[category_called("灯具").id] == 3
    assert sum(reported.values()) == 12
    assert {word: figures.reported for word, figures in found["channel"].items()} == {
        "phone": 8,
        "message": 1,
        "counter": 1,
        "patrol": 1,
        "plan": 1,
    }
    assert found["building"][jobs["good"].building_id].reported == 6
    assert found["building"][None].reported == 2
    for name in ("reported", "finished", "open", "in_time", "first_fix", "reworks", "hours"):
        assert getattr(found["estate"][estate.id], name) == getattr(found[ALL][None], name), name


def test_months_begin_at_the_companys_midnight(work: Any, estate: Estate) -> None:
    """16:30 UTC of 31 October is November at the company, 15:59 is not; the same at November's end."""
    for moment in ((10, 31, 15, 59), (10, 31, 16, 0), (10, 31, 16, 30), (11, 30, 15, 59), (11, 30, 16, 0)):
        reported = datetime(2026, *moment, tzinfo=UTC)
        job(estate, S.filed, reported, finished_at=reported, finished_by_id=user_called("zhangjg").id)
    with work():
        found = total(asking(estate))
        months = {f"{month:%m}": counts for month, *counts in besides.by_month(asking(estate, begins=DECEMBER))}
        several = summed(asking(estate, begins=date(2026, 10, 1), last=DECEMBER))
    assert (found.reported, found.finished) == (3, 3)
    assert (months["10"], months["11"], months["12"]) == ([1, 1], [3, 3], [1, 1])
    assert {month: figures.reported for (_building, month), figures in several["map"].items()} == {
        202610: 1,
        202611: 3,
        202612: 1,
    }


def test_other_estates_never_count(work: Any, estate: Estate, other_estate: Estate) -> None:
    november(estate)
    job(other_estate, S.registered, at(3))
    with work():
        assert total(asking(other_estate)).reported == 1
        assert total(asking(estate)).reported == 12
        assert total(asking(estate, other_estate)).reported == 13
        assert total(asking()) == Sums()


def test_one_building_one_worker(work: Any, estate: Estate) -> None:
    jobs = november(estate)
    with work():
        here = total(asking(estate, building_id=jobs["came back"].building_id))
        his = total(asking(estate, worker_id=user_called("sunhao").id))
        nobodys = total(asking(estate, worker_id=user_called("sunhao").id, names_workers=False))
    assert (here.reported, here.finished) == (4, 2)
    assert (his.reported, his.finished, his.in_time) == (2, 1, Ratio(0, 2))
    assert nobodys.reported == 12


def test_done_again_it_is_whoever_does_it_again(work: Any, estate: Estate) -> None:
    zhang, sun = user_called("zhangjg").id, user_called("sunhao").id
    job(estate, S.accepted, at(3), reworks=1, finished_by_id=zhang, worker_id=sun)
    with work():
        assert [total(asking(estate, worker_id=each)).open for each in (zhang, sun)] == [0, 1]
        assert [row[0] for row in table_of(report(asking(estate)), "worker")] == ["孙浩"]


def test_an_empty_month(work: Any, estate: Estate) -> None:
    with work():
        found = report(asking(estate))
    assert found.total == Sums()
    assert {card.value for card in found.cards} == {"0", "–"}
    assert [row for table in found.tables if table.key != "trend" for row in table.rows] == []


def table_of(found: Report, key: str) -> list[tuple[Any, ...]]:
    table = found.table(key)
    assert table is not None
    return [tuple(row) for row in table.rows]


def test_the_tables(work: Any, estate: Estate) -> None:
    november(estate)
    with work():
        found = report(asking(estate))
        quiet = report(replace(asking(estate), names_workers=False))
    assert table_of(found, "category")[0][1:] == (8, Ratio(8, 12), Ratio(8, 12))
    assert table_of(found, "category")[-1][3] == Ratio(12, 12)
    assert table_of(found, "trend")[-1] == ("2026-11", 12, 5)
    assert [row[0] for row in table_of(found, "map")] == ["3", "5", "不属于楼栋"]
    assert [row[0] for row in table_of(found, "worker")] == ["张建国", "孙浩", "尚未派工"]
    assert quiet.table("worker") is None
    assert len(quiet.tables) == len(found.tables) - 1


def test_the_number_of_statements_is_the_same(work: Any, estate: Estate, queries: Callable[..., Any]) -> None:
    counts = set()
    for months in (NOVEMBER, date(2027, 6, 1)):
        with work(), queries() as seen:
            report(asking(estate, last=months))
        counts.add(len(seen))
        november(estate) if len(counts) == 1 and months == NOVEMBER else None
    assert len(counts) == 1


@pytest.mark.parametrize("names_workers", [True, False])
def test_workers_are_named_only_for_who_may(work: Any, estate: Estate, names_workers: bool) -> None:
    november(estate)
    with work():
        found = summed(asking(estate, names_workers=names_workers))
    assert bool(found["worker"]) is names_workers
