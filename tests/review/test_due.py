"""Which dossiers have their turn: by kind of customer and what presses. Clause P-19, A-19."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.models.template import DossierKind
from crm.dates import months_later
from crm.db import session
from crm.policy.models import FigureValue
from crm.properties.models import Estate
from crm.review import checks
from crm.review.due import coming, due_on, late, over
from crm.review.figures import OF_CUSTOMERS, OPENED_ON
from crm.review.models import FilingReview, ReviewedDossier, Why
from crm.tenants.models import Customer, CustomerKind
from tests.factories import make_company_dossier, make_customer, make_dossier, make_merge, make_twins

Work = Callable[..., Any]
DAY = date(2026, 11, 24)


def of(customer: Customer, estate: Estate, **given: Any) -> Dossier:
    return make_dossier(estate, customer.name, subject_id=customer.id, **given)


def turns(estate_id: int | None, day: date = DAY) -> dict[int, Why]:
    return {row[0]: row[1] for row in session().execute(over(estate_id, day))}


@pytest.fixture
def pressed() -> Iterator[list[int]]:
    """Ids of customers whose matters press."""
    ids: list[int] = []
    before = checks.pressing[:]
    checks.pressing[:] = [lambda _day: select(Customer.id).where(Customer.id.in_(ids))]
    yield ids
    checks.pressing[:] = before


@pytest.mark.parametrize(
    ("opened", "due"),
    [(date(2026, 8, 31), True), (date(2026, 9, 1), False), (date(2026, 11, 24), False), (date(2020, 1, 1), True)],
)
def test_a_dossier_has_its_turn_in_the_third_month_after_its_last(
    work: Work, estate: Estate, opened: date, *, due: bool
) -> None:
    dossier = of(make_customer(estate), estate, opened_on=opened)
    with work():
        assert (turns(estate.id).get(dossier.id) is Why.period) is due


@pytest.mark.parametrize("day", [1, 15, 28])
def test_whatever_the_day_of_the_reviews_each_is_reviewed_inside_its_period(
    work: Work, estate: Estate, pressed: list[int], day: int
) -> None:
    """Of each day of a month, February's end among what follows, there is one review not before its period is over."""
    calm, pressing = make_customer(estate), make_customer(estate)
    pressed.append(pressing.id)
    months = {of(calm, estate).id: 3, of(pressing, estate).id: 1}
    with work():
        session().add(set_to(OPENED_ON.key, day))
        session().flush()
        for opened in (date(2026, 11, each) for each in (1, 2, 14, 15, 16, 27, 28, 29, 30)):
            session().execute(update(Dossier).where(Dossier.id.in_(months)).values(opened_on=opened))
            reviews = [date(2026, 11, day), *(date(2026 + each // 12, each % 12 + 1, day) for each in range(11, 15))]
            for dossier_id, period in months.items():
                turn = next(each for each in reviews if each > opened and dossier_id in turns(estate.id, each))
                end = months_later(opened, period)
                assert turn <= end < months_later(turn, 1)
                assert turn == due_on(end, turn)
                for today, is_late in ((end, False), (end + timedelta(days=1), True)):
                    found = coming(today, Dossier.id).where(late(today), Dossier.id == dossier_id)
                    assert bool(session().scalar(found)) is is_late


def test_companies_have_a_period_of_their_own(work: Work, estate: Estate) -> None:
    company = of(make_customer(estate, "鑫源商贸", kind=CustomerKind.company), estate, opened_on=date(2026, 10, 31))
    person = of(make_customer(estate), estate, opened_on=date(2026, 10, 31))
    with work():
        session().add(monthly(OF_CUSTOMERS[CustomerKind.company].key))
        session().flush()
        found = turns(estate.id)
        assert company.id in found
        assert person.id not in found


def monthly(key: str) -> FigureValue:
    return set_to(key, 1)


def set_to(key: str, value: int) -> FigureValue:
    said = {"confirmed": True, "basis": "会议纪要", "set_by": "刘洋", "set_at": datetime(2026, 1, 5, tzinfo=UTC)}
    return FigureValue(key=key, value=value, valid_from=date(2026, 1, 1), **said)


def test_what_presses_has_its_turn_every_month(work: Work, estate: Estate, pressed: list[int]) -> None:
    late, calm, new = (make_customer(estate) for _ in range(3))
    pressed += [late.id, new.id]
    dossier = of(late, estate, opened_on=date(2026, 10, 31))
    others = [of(calm, estate, opened_on=date(2026, 10, 31)), of(new, estate, opened_on=date(2026, 11, 2))]
    with work():
        found = turns(estate.id)
        assert found[dossier.id] is Why.pressing
        assert not {each.id for each in others} & set(found)


def test_what_presses_of_a_merged_file_presses_the_one_that_was_kept(
    work: Work, estate: Estate, pressed: list[int]
) -> None:
    kept, merged = make_twins(estate)
    make_merge(kept, merged)
    dossier = of(kept, estate, opened_on=date(2026, 10, 31))
    pressed.append(merged.id)
    with work():
        session().execute(update(Customer).where(Customer.id == merged.id).values(merged_into_id=kept.id))
        assert turns(estate.id)[dossier.id] is Why.pressing


@pytest.mark.parametrize(("day", "due"), [(date(2026, 8, 31), True), (date(2026, 9, 1), False)])
def test_a_look_counts_from_the_day_of_its_review(work: Work, estate: Estate, day: date, *, due: bool) -> None:
    dossier = of(make_customer(estate), estate, opened_on=date(2024, 1, 1))
    with work():
        lying(dossier, day, findings=0)
        assert (dossier.id in turns(estate.id)) is due


def test_a_review_that_has_not_come_to_it_does_not_count(work: Work, estate: Estate) -> None:
    dossier = of(make_customer(estate), estate, opened_on=date(2024, 1, 1))
    with work():
        lying(dossier, DAY, findings=None)
        assert dossier.id in turns(estate.id)


def lying(dossier: Dossier, day: date, findings: int | None) -> None:
    """In a review of that day."""
    opened = {"opened_by": "冯雪", "opened_at": datetime(2026, 1, 5, tzinfo=UTC)}
    review = FilingReview(
        estate_id=dossier.estate_id, month=day.replace(day=1), day=day, scheduled=True, whole=False, **opened
    )
    session().add(review)
    session().flush()
    session().add(ReviewedDossier(review_id=review.id, dossier_id=dossier.id, why=Why.period, findings=findings))
    session().flush()


def test_projects_have_their_turn_as_their_kind_says(work: Work, estate: Estate) -> None:
    loan = make_company_dossier(opened_on=date(2026, 8, 31))
    later = make_company_dossier(opened_on=date(2026, 9, 1))
    guarantee = make_company_dossier(kind=DossierKind.guarantee, opened_on=date(2026, 10, 31))
    theirs = make_dossier(estate, opened_on=date(2020, 1, 1))
    with work():
        session().add(monthly("review.months_guarantee"))
        session().flush()
        found = turns(None)
        assert {loan.id, guarantee.id} <= set(found)
        assert not {later.id, theirs.id} & set(found)
