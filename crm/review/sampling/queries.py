"""Samples and what was counted, kept inside the reviews that the acting person sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.dossiers.models import Custody, Dossier, Item, Location, Rendition
from crm.archive.dossiers.queries import is_removed, shown_title
from crm.auth.models import User
from crm.db import session
from crm.review.models import FilingReview, PaperCount, ReviewedDossier, SampledDossier, Sampling
from crm.review.queries import chosen, seen, sees_reviews

Recount, Earlier = aliased(Sampling), aliased(Sampling)
COUNTED = and_(PaperCount.sampling_id == SampledDossier.sampling_id, PaperCount.dossier_id == SampledDossier.dossier_id)
DIFFERS = ~PaperCount.agrees


def get_sampling(sampling_id: int) -> Sampling:
    """404 for what the person does not see, as all `get_` here; 403 for whoever sees no review at all."""
    if not sees_reviews():
        abort(403)
    query = select(Sampling).join(FilingReview, FilingReview.id == Sampling.review_id)
    found = query.where(Sampling.id == sampling_id, seen()).options(
        joinedload(Sampling.review).joinedload(FilingReview.estate)
    )
    return session().scalars(found).one_or_none() or abort(404)


def get_line(sampling: Sampling, position: int) -> SampledDossier:
    query = select(SampledDossier).filter_by(sampling_id=sampling.id, position=position)
    return session().scalars(query.options(joinedload(SampledDossier.dossier))).one_or_none() or abort(404)


# What the books say


def in_the_books(dossier_ids: Sequence[int]) -> Sequence[Any]:
    """Dossier, where it is, documents, pages and sheets that lie there on paper.

    What was removed has left. What the product pressed and filed by itself (a repair's sheet, a notice) was born as a
    file and has no paper, printed or not; the same sheet filed without a file lies there as paper alone.
    """
    ids = Dossier.id.in_(dossier_ids)
    lying = and_(Item.dossier_id == Dossier.id, ~is_removed(), ~_born_a_file())
    where = func.coalesce(Location.path, User.full_name, "").label("place")
    counts = func.count(Item.id), func.coalesce(func.sum(Item.pages), 0), func.coalesce(func.sum(Item.sheets), 0)
    named = [each.label(name) for each, name in zip(counts, ("documents", "pages", "sheets"), strict=True)]
    query = (
        select(Dossier.id, where, *named)
        .outerjoin(Custody, and_(Custody.dossier_id == Dossier.id, Custody.ends_at.is_(None)))
        .outerjoin(Location, Location.id == Custody.location_id)
        .outerjoin(User, User.id == Custody.holder_id)
        .outerjoin(Item, lying)
    )
    return session().execute(query.where(ids).group_by(Dossier.id, Location.path, User.full_name)).all()


def _born_a_file() -> ColumnElement[bool]:
    has_file = exists().where(Rendition.item_id == Item.id).correlate(Item)
    return and_(Item.source_kind.is_not(None), has_file)


# Drawing


def to_draw_from(review_id: int, before: int | None = None) -> Sequence[int]:
    """The review's dossiers that no sample of it had yet; `before` this one, where it is drawn again as proof."""
    of_review = select(Sampling.id).where(Sampling.review_id == review_id, Sampling.recount_of_id.is_(None))
    earlier = of_review if before is None else of_review.where(Sampling.id < before)
    had = select(SampledDossier.dossier_id).where(SampledDossier.sampling_id.in_(earlier))
    rows = select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id == review_id)
    return session().scalars(rows.where(ReviewedDossier.dossier_id.not_in(had))).all()


def dossiers_of(sampling_id: int) -> Sequence[int]:
    """In the order of their drawing."""
    query = select(SampledDossier.dossier_id).filter_by(sampling_id=sampling_id)
    return session().scalars(query.order_by(SampledDossier.position)).all()


# What was counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    drawn: int
    counted: int
    agree: int
    absent: int

    @property
    def differ(self) -> int:
        """Those that were not there among them."""
        return self.counted - self.agree

    @property
    def left(self) -> int:
        return self.drawn - self.counted


def tally(*of: ColumnElement[bool]) -> Tally:
    """Of the samples asked for, recounts too where they are not left out."""
    agree, absent = case((PaperCount.agrees, 1)), case((~PaperCount.there, 1))
    counts = [func.count(each) for each in (SampledDossier.dossier_id, PaperCount.id, agree, absent)]
    query = select(*counts).select_from(SampledDossier).join(Sampling, Sampling.id == SampledDossier.sampling_id)
    found: Any = session().execute(query.outerjoin(PaperCount, COUNTED).where(*of)).one()
    return Tally(drawn=found[0], counted=found[1], agree=found[2], absent=found[3])


def to_count(most: int) -> Sequence[tuple[Sampling, int]]:
    """Samples of the chosen estate with something left, and how much: the oldest first."""
    counted = select(func.count()).select_from(PaperCount).where(PaperCount.sampling_id == Sampling.id)
    left = Sampling.size - counted.correlate(Sampling).scalar_subquery()
    query = select(Sampling, left).join(FilingReview, FilingReview.id == Sampling.review_id)
    whole = query.options(joinedload(Sampling.review).joinedload(FilingReview.estate))
    found = whole.where(seen(), chosen(FilingReview.estate_id), left > 0).order_by(Sampling.id).limit(most)
    return [(row[0], row[1]) for row in session().execute(found)]


def count_of(line: SampledDossier) -> PaperCount | None:
    query = select(PaperCount).filter_by(sampling_id=line.sampling_id, dossier_id=line.dossier_id)
    return session().scalars(query).one_or_none()


def next_to_count(sampling_id: int, after: int = 0) -> int | None:
    """The place of the next dossier that nobody counted, from the beginning again where none follows."""
    query = select(SampledDossier.position).outerjoin(PaperCount, COUNTED)
    left = query.where(SampledDossier.sampling_id == sampling_id, PaperCount.id.is_(None))
    return session().scalar(left.order_by(SampledDossier.position <= after, SampledDossier.position).limit(1))


def last_counts() -> Select[int]:
    """Ids of the newest count of each dossier."""
    return select(func.max(PaperCount.id)).group_by(PaperCount.dossier_id)


def still_differing(sampling_id: int) -> Sequence[int]:
    """Dossiers of the sample whose newest count, whichever sample's it was, did not agree."""
    query = select(SampledDossier.dossier_id).join(PaperCount, PaperCount.dossier_id == SampledDossier.dossier_id)
    last = query.where(SampledDossier.sampling_id == sampling_id, DIFFERS, PaperCount.id.in_(last_counts()))
    return session().scalars(last.order_by(SampledDossier.position)).all()


def recount_of(sampling_id: int) -> int | None:
    return session().scalar(select(Sampling.id).where(Sampling.recount_of_id == sampling_id))


def found_at(sampling_id: int, code: str, dossier_id: int | None) -> int | None:
    """The place of the dossier with this code on its spine, or of this one."""
    query = select(SampledDossier.position).join(Dossier, Dossier.id == SampledDossier.dossier_id)
    which = Dossier.code == code if dossier_id is None else Dossier.id == dossier_id
    return session().scalar(query.where(SampledDossier.sampling_id == sampling_id, which))


# Lists


def samplings(review_id: int) -> Select[*tuple[Any, ...]]:
    """Of a review, with how far each is."""

    def lines(*conditions: ColumnElement[bool]) -> Any:
        rows = select(func.count()).select_from(PaperCount).where(PaperCount.sampling_id == Sampling.id, *conditions)
        return rows.correlate(Sampling).scalar_subquery()

    columns = Sampling.id, Sampling.drawn_at, Sampling.drawn_by, Sampling.size, Sampling.seed, Sampling.reason
    figures = lines().label("counted"), lines(DIFFERS).label("differ"), Sampling.recount_of_id
    return select(*columns, *figures).where(Sampling.review_id == review_id)


def lines_of(sampling_id: int) -> Select[*tuple[Any, ...]]:
    """The drawn dossiers with what was counted; what the books say goes to nobody who has not counted."""

    def shown(column: Any) -> ColumnElement[Any]:
        return case((PaperCount.id.is_not(None), column))

    counts = PaperCount.there, PaperCount.agrees, PaperCount.documents, PaperCount.pages, PaperCount.sheets
    books = [shown(getattr(SampledDossier, name)).label(f"books_{name}") for name in ("documents", "pages", "sheets")]
    whose = PaperCount.counted_by, PaperCount.counted_at, PaperCount.remark
    dossier = Dossier.id.label("dossier_id"), Dossier.code, shown_title().label("title")
    return (
        select(SampledDossier.position, SampledDossier.place, *dossier, *counts, *books, *whose)
        .join(Dossier, Dossier.id == SampledDossier.dossier_id)
        .outerjoin(PaperCount, COUNTED)
        .where(SampledDossier.sampling_id == sampling_id)
    )
