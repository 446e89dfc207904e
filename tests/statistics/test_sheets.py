"""Each sheet's figures of a month reckoned by hand, on both engines; what lies in other months and estates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crm.archive.credit.models import ProjectState
from crm.archive.handover.models import Cause, Clock, Deadline, HandoverState
from crm.archive.lending.models import SlipForm, SlipState
from crm.archive.vault.models import Purpose, TitleDocument
from crm.billing.arrears.reviews.rates import rates
from crm.dates import telling
from crm.properties.models import Estate
from crm.statistics.reports import SHEETS, find
from crm.statistics.sheets import Built, built
from crm.web.figures import Ratio
from tests import factories as make
from tests.archive.lending import making as lending
from tests.archive.lending.making import Counter
from tests.archive.vault.vault import Vault
from tests.billing.deposits.making import make_deposit
from tests.repairs.making import kept
from tests.statistics import making
from tests.statistics.making import MARCH, asking, at, books

Work = Callable[..., AbstractContextManager[Any]]


def built_of(slug: str, *estates: Estate, **given: Any) -> Built:
    sheet = find(slug)
    assert sheet is not None
    return built(sheet, asking(*estates, **given))


def share(part: str, of: str) -> Ratio:
    return Ratio(Decimal(part), Decimal(of))


def totals(found: Built) -> list[Any]:
    assert found.main.foot is not None
    return list(found.main.foot[1:])


def table(found: Built, key: str) -> Any:
    return next(each for each in found.tables if each.key == key)


def test_collection(work: Work, estate: Estate, other_estate: Estate) -> None:
    books(estate)
    books(other_estate)
    with work():
        found = built_of("collection", estate)
        both = built_of("collection", estate, other_estate)
    # charged 200 and the 500 that are void; 80 of 190; 50 of the 200 that were open; 150, 120 and the 500 are
    # overdue, whatever April made of them
    march = [Decimal(700), Decimal(130), share("80", "190"), share("50", "200"), Decimal(770)]
    assert totals(found) == march
    assert found.main.rows == [("阳光花园", *march)]
    february, year_before = (list(row[1:]) for row in found.compared.rows[1:])
    assert february == [Decimal(300), Decimal(100), share("100", "300"), share("0", "0"), Decimal(200)]
    assert year_before[:3] == [Decimal(400), Decimal(400), share("400", "400")]
    assert table(found, "ages").foot == ("合计", Decimal(620), Decimal(150), *[Decimal(0)] * 4, Decimal(770))
    assert totals(both)[2:] == [share("160", "380"), share("100", "400"), Decimal(1540)]


def test_up_to_now_the_rates_are_those_of_the_arrears_review(work: Work, estate: Estate) -> None:
    """Where nothing came in since the month's end."""
    customer = make.make_customer(estate)
    old, new = (making.make_bill(customer, "300.00", month) for month in (date(2026, 2, 1), MARCH))
    making.paid(old, customer, "75.00", date(2026, 3, 31))
    making.paid(new, customer, "60.00", date(2026, 3, 31))
    with work():
        told = rates(estate.id, date(2026, 4, 1))
        found = totals(built_of("collection", estate))
    assert [(each.part, each.of) for each in found[2:4]] == [
        (told.current.paid, told.current.of),
        (told.old.paid, told.old.of),
    ]


def test_money_and_deposits(work: Work, estate: Estate) -> None:
    making.deposits(books(estate))
    with work():
        found = built_of("money", estate)
    zero = Decimal(0)
    assert totals(found) == [Decimal(130), zero, zero, Decimal(1000), Decimal(500), zero, Decimal(2500)]
    assert [row[:2] for row in table(found, "methods").rows] == [("现金", Decimal(80)), ("微信", Decimal(50))]
    assert table(found, "items").rows == [("物业服务费", Decimal(130), Decimal(100), Decimal(400))]
    assert found.compared.rows[1][7] == Decimal(2000)  # held at the end of February


def test_complaints(work: Work, estate: Estate) -> None:
    making.complaints(estate)
    with work():
        found = built_of("complaints", estate)
    assert totals(found) == [2, 1, 1, Ratio(1, 2), Ratio(1, 2), Ratio(1, 1), Ratio(1, 1)]
    assert [row[1:] for row in found.compared.rows[1:]] == [(0, 0, 0, *[Ratio(0, 0)] * 4)] * 2
    assert table(found, "categories").foot == ("合计", 2, 0, 0)
    assert found.course.rows[-1] == ("2026-03", 2, 1)


def test_repairs(work: Work, estate: Estate) -> None:
    making.repairs(estate)
    with work():
        found = built_of("repairs", estate)
    # two are open, one of them since February; the promise of the one of March ran out there
    assert totals(found) == [2, 1, 2, Ratio(1, 2), Ratio(1, 1), 0, Ratio(1, 1)]
    assert found.compared.rows[1][1:5] == (1, 0, 1, Ratio(0, 1))


def test_violations_letters_and_notices(work: Work, estate: Estate) -> None:
    making.correspondence(estate)
    with work():
        found = built_of("correspondence", estate)
    assert totals(found) == [1, 1, 1, 2, Ratio(1, 2), 1, 1, 1, Ratio(2, 3), Ratio(1, 3)]
    assert found.compared.rows[1][1:4] == (1, 0, 1)
    assert found.compared.rows[1][6] == 1  # sent in February


def test_renovations(work: Work, estate: Estate) -> None:
    making.renovations(estate)
    make_deposit(make.make_customer(estate), "3000.00", taken_on=date(2026, 3, 4))
    make_deposit(make.make_customer(estate), "500.00", taken_on=date(2026, 4, 1))
    with work():
        found = built_of("renovations", estate)
    # one of February still open, one of March permitted after three days, one withdrawn
    assert totals(found) == [2, 1, Ratio(1, 1), 2, Decimal(3000)]
    assert found.compared.rows[1][1] == 1
    assert table(found, "days").rows[0][1] == "3.0"


def test_customers(work: Work, estate: Estate) -> None:
    making.customers(estate)
    with work():
        found = built_of("customers", estate)
    assert totals(found) == [2, 1, 1, 1, 2, 1]
    assert found.compared.rows[1][1] == 2
    assert [row[1] for row in found.course.rows[:2]] == [2, 2]


def test_dossier_scores_of_the_last_reviews_by_the_months_end(work: Work, estate: Estate, other_estate: Estate) -> None:
    making.review(estate, at(5))
    making.review(estate, datetime(2026, 3, 31, 15, 59, tzinfo=UTC))  # a minute before April at the company
    making.review(estate, datetime(2026, 3, 31, 16, tzinfo=UTC))
    making.review(estate, at(3, 5), dossiers=0)
    with work():
        found = built_of("dossiers", other_estate, estate)
        later = built_of("dossiers", estate, month=date(2026, 5, 1), now=at(10, 6))
    assert totals(later) == [Ratio(9, 10), Ratio(2, 4), Ratio(5, 5), 1, 3, 2, 4]  # none in May: as of 1 April
    assert "2026-04-01" in later.main.rows[0][0]
    assert "2026-03-31" in found.main.rows[1][0]
    assert "2026-03-31" in found.tile.title
    assert totals(found) == [Ratio(18, 20), Ratio(4, 8), Ratio(10, 10), 2, 6, 4, 8]
    name, why, *rest = found.main.rows[0]
    assert name == "科创大厦"
    assert isinstance(why, str)
    assert rest == [None] * 6


def test_the_loan_archive(work: Work, estate: Estate) -> None:
    filed = make.make_handover()
    late = make.make_handover(HandoverState.preparing)
    for handover, day in ((filed, date(2026, 5, 14)), (late, date(2026, 5, 14))):
        facts = {"clock": Clock.total, "starts_on": date(2026, 5, 7), "days": 5, "due_on": day, "provisional": False}
        told = {"calendar_version": 1, "cause": Cause.start, "reckoned_at": at(7, 5)}
        kept(Deadline(handover_id=handover.id, **facts, **told))
    make.make_register_entry(filed)
    make.make_project(ProjectState.applied)
    making.review(None, at(9, 5))
    with work():
        found = built_of("loans", estate, month=date(2026, 5, 1), now=at(10, 6))
    assert totals(found) == [2, 2, Ratio(1, 2), 1, 0, 0]
    assert [row[0] for row in found.main.rows] == ["借款", "担保"]
    month, *scores = table(found, "scores").rows[0]
    assert "2026-05-09" in month
    assert scores == [Ratio(9, 10), Ratio(2, 4), Ratio(5, 5)]


def test_the_vault(work: Work, estate: Estate) -> None:
    """Two laid in on Tuesday the 24th: one obtained that day, one on the Thursday before; the other went to court."""
    vault = Vault(work)
    with telling(at(24, 11)):
        late, other = vault.filled(2)
        vault.go(Purpose.court, [other])
        vault.lose(late)
    with work() as db:
        db.get_one(TitleDocument, late).obtained_at = at(19, 11)
    with work():
        found = built_of("vault", estate, month=date(2026, 11, 1), now=at(5, 12))
        later = built_of("vault", estate, month=date(2026, 12, 1), now=at(5, 12))
    assert totals(found) == [2, 1, 1, 1, 2, Ratio(1, 2)]
    assert totals(later) == [0, 0, 1, 1, 0, Ratio(0, 0)]
    assert [row[1:] for row in found.compared.rows[1:]] == [(0, 0, 0, 0, 0, Ratio(0, 0))] * 2
    assert table(found, "days").rows == [("客户权属证书", 1, 0, 1, Decimal("2.5"), 5)]
    assert table(found, "categories").foot == ("合计", 1, 0, 0)


def test_lending(work: Work, estate: Estate) -> None:
    """Three slips of a week each: back in time, never back, and late with a page missing; and a copy."""
    lending.appointed()
    with telling(at(3, 11)):
        first, _second, third = (Counter(work, lending.filed_loan()).bring_to(SlipState.issued) for _each in range(3))
        Counter(work, lending.filed_loan(), form=SlipForm.digital).bring_to(SlipState.issued)
    with telling(at(9, 11)):
        first.back()
    with work():
        early = built_of("lending", estate, month=date(2026, 11, 1), now=at(10, 11))
    with telling(at(20, 11)):
        third.back(10, 9)
        third.report(1, 1)
    with work():
        found = built_of("lending", estate, month=date(2026, 11, 1), now=at(5, 12))
    assert totals(found) == [3, 6, 1, Ratio(1, 3), 1, 1]
    assert totals(early)[3:5] == [Ratio(1, 1), 0]  # due that very day
    assert [row[0] for row in found.main.rows] == ["客户服务部"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_of_a_month_without_anything_every_sheet_is_empty_and_whole(work: Work, estate: Estate, sheet: Any) -> None:
    with work():
        found = built(sheet, asking(estate, month=date(2024, 7, 1)))
    numbers = [value.of if isinstance(value, Ratio) else value for value in totals(found)]
    assert set(numbers) == {0}
    assert len(found.course.rows) == 13
    assert found.course.chart is None


def test_the_running_month_says_so_and_ends_today(work: Work, estate: Estate) -> None:
    books(estate)
    with work():
        found = built_of("collection", estate, month=date(2026, 4, 1))
        over = built_of("collection", estate)
        assert found.asked.running
    assert len(found.notes) == 1
    assert not over.notes
    assert totals(found)[4] == Decimal(210)  # 120 and 90 are open on 10 April
    assert totals(found)[3] == share("50", "260")  # 30 and 20 of what was overdue when March was over


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.slug)
def test_one_estate_and_ten_take_as_many_statements(
    work: Work, queries: Callable[..., Any], estate: Estate, sheet: Any
) -> None:
    making.everything_happened(estate)
    counts = []
    for many in (1, 10):
        more = [kept(Estate(name=f"小区{many}-{n}")) for n in range(many - 1)]
        with work(), queries() as seen:
            built(sheet, asking(estate, *more))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
