"""Reviews with samples of the paper, as they stand in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.db import open_session
from crm.properties.models import Estate
from crm.review.models import (
    FilingReview,
    PaperCount,
    ReviewedDossier,
    ReviewState,
    SampledDossier,
    Sampling,
    Why,
)
from tests import factories as make

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
CLEAN = {f"{measure}_{what}": 4 * (what == "asked") for measure in Measure for what in ("asked", "failed")}


def kept(*things: Any) -> Any:
    with open_session() as db:
        db.expire_on_commit = False
        db.add_all(things)
        db.commit()
    return things[0]


def make_reviewed(estate: Estate | None, dossiers: Sequence[Dossier], **given: Any) -> FilingReview:
    """A review of these dossiers, ended and to be signed; all of them clean."""
    facts = {"month": date(2026, 11, 1), "day": date(2026, 11, 24), "scheduled": False, "whole": True}
    who = {"opened_by": "冯雪", "opened_at": NOW, "ended_at": NOW, "state": ReviewState.open}
    whose = {"estate_id": estate.id if estate else None, "dossiers": len(dossiers)} | CLEAN
    made: FilingReview = kept(FilingReview(**(facts | who | whose | given)))
    kept(
        *(
            ReviewedDossier(review_id=made.id, dossier_id=each.id, why=Why.asked, findings=0, **CLEAN)
            for each in dossiers
        )
    ) if dossiers else None
    return made


def make_papers(estate: Estate, count: int = 1) -> list[Dossier]:
    """Dossiers with three documents, of 7 pages on 5 sheets."""
    found = []
    for _each in range(count):
        dossier = make.make_dossier(estate)
        make.make_item(dossier, "identity", pages=2, sheets=1, page_from=1, page_to=2)
        make.make_item(dossier, "registration_form", pages=4, sheets=3, page_from=3, page_to=6)
        make.make_item(dossier, "phone_card", page_from=7, page_to=7)
        found.append(dossier)
    return found


def make_sampling(review: FilingReview, dossiers: Sequence[Dossier], **given: Any) -> Sampling:
    facts = {"size": len(dossiers), "seed": 7, "drawn_by": "冯雪", "drawn_at": NOW}
    made: Sampling = kept(Sampling(review_id=review.id, **(facts | given)))
    books = {"place": "档案室", "documents": 3, "pages": 7, "sheets": 5}
    for position, each in enumerate(dossiers, start=1):
        kept(SampledDossier(sampling_id=made.id, dossier_id=each.id, position=position, **books))
    return made


def make_count(sampling: Sampling, dossier: Dossier, **given: Any) -> PaperCount:
    """One that agrees, unless told otherwise."""
    facts = {"there": True, "documents": 3, "pages": 7, "sheets": 5, "agrees": True}
    who = {"counted_by": "冯雪", "counted_at": NOW}
    counted: PaperCount = kept(PaperCount(sampling_id=sampling.id, dossier_id=dossier.id, **(facts | who | given)))
    return counted


def ids_of_samples(estate: Estate) -> dict[str, object]:
    """A sample of two, one of them counted."""
    dossiers = make_papers(estate, 2)
    review = make_reviewed(estate, dossiers)
    sampling = make_sampling(review, dossiers)
    make_count(sampling, dossiers[1], pages=6, agrees=False)
    return {"sampling_id": sampling.id, "position": 1}
