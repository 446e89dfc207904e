"""What meets at a sample, at the same moment and on real connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from crm.archive.dossiers.models import Dossier
from crm.db import session
from crm.properties.models import Estate
from crm.review import service as reviews
from crm.review.models import FilingReview, PaperCount, ReviewState, SampledDossier, Sampling
from crm.review.sampling import service
from crm.review.sampling.service import Counted
from tests.acting import as_
from tests.meeting import REFUSED, OwnCompany, both
from tests.review.sampling.making import make_papers, make_reviewed, make_sampling

pytestmark = pytest.mark.timeout(300)
Work = Callable[..., Any]


@pytest.fixture
def committing(own_company: OwnCompany) -> tuple[Work, Estate]:
    """Units of work of 冯雪."""
    return lambda actor=None: own_company.work(actor or as_("fengxue")), own_company.estate


@pytest.fixture
def dossiers(committing: tuple[Work, Estate]) -> list[Dossier]:
    return make_papers(committing[1], 2)


def test_two_count_one_dossier(committing: tuple[Work, Estate], dossiers: list[Dossier]) -> None:
    work, estate = committing
    sampling = make_sampling(make_reviewed(estate, dossiers), dossiers[:1])

    def counted() -> str:
        line = session().scalars(select(SampledDossier).filter_by(sampling_id=sampling.id)).one()
        service.count(line, Counted(there=True, documents=3, pages=7, sheets=5))
        return "counted"

    assert sorted(both(work, counted, counted)) == sorted(["counted", REFUSED])
    with work() as db:
        assert db.scalar(select(func.count(PaperCount.id))) == 1


def test_drawn_while_it_is_signed(committing: tuple[Work, Estate], dossiers: list[Dossier]) -> None:
    """None is signed with a sample that nobody counted."""
    work, estate = committing
    review_id = make_reviewed(estate, dossiers).id

    def drawn() -> str:
        service.draw(session().get_one(FilingReview, review_id), 1)
        return "drawn"

    def signed() -> str:
        reviews.sign(session().get_one(FilingReview, review_id), "")
        return "signed"

    assert REFUSED in both(work, drawn, signed)
    with work() as db:
        is_signed = db.get_one(FilingReview, review_id).state is ReviewState.signed
        assert is_signed != bool(db.scalar(select(func.count(Sampling.id))))


def test_drawn_twice(committing: tuple[Work, Estate], dossiers: list[Dossier]) -> None:
    work, estate = committing
    review_id = make_reviewed(estate, dossiers).id

    def drawn() -> str:
        service.draw(session().get_one(FilingReview, review_id), 1)
        return "drawn"

    assert sorted(both(work, drawn, drawn)) == sorted(["drawn", REFUSED])
