"""The rows of the report, each in one statement whatever the number of dossiers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from crm.archive.credit.models import Project
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import shown_title
from crm.auth.models import User
from crm.db import session
from crm.properties.models import Building, Unit
from crm.review.comparing import is_cured, is_new, is_repeated, looked_at
from crm.review.models import FilingReview, Finding, PaperCount, ReviewedDossier, SampledDossier, Sampling
from crm.review.queries import seen
from crm.review.sampling.queries import COUNTED, last_counts
from crm.tenants.filing import SUBJECT
from crm.tenants.models import Customer, Occupancy
from crm.tenants.queries import lasts_on

Rows = Sequence[Any]
WORST, TREND = 20, 8


def may_see(review_id: int) -> bool:
    return session().scalar(select(FilingReview.id).where(FilingReview.id == review_id, seen())) is not None


def last_reviews(review: FilingReview) -> Sequence[FilingReview]:
    """Of the same dossiers, this one at the end."""
    same = FilingReview.estate_id.is_not_distinct_from(review.estate_id), FilingReview.ended_at.is_not(None)
    found = select(FilingReview).where(*same, FilingReview.id <= review.id).order_by(FilingReview.id.desc())
    return session().scalars(found.limit(TREND)).all()[::-1]


def standing(at: datetime) -> ColumnElement[bool]:
    """Findings that were open then."""
    return and_(Finding.found_at <= at, or_(Finding.cured_at.is_(None), Finding.cured_at > at))


def by_kind(review: FilingReview, at: datetime) -> Rows:
    """New, repeated and cured as they were counted at the review's end, and what is open at the moment `at`."""
    counts = {
        "new": is_new(review),
        "repeated": is_repeated(review),
        "cured": is_cured(review),
        "open": and_(standing(at), looked_at(review)),
    }
    columns = [func.count(case((condition, 1))).label(name) for name, condition in counts.items()]
    rows = select(Finding.kind, Finding.measure, *columns).where(or_(*counts.values()))
    return session().execute(rows.group_by(Finding.kind, Finding.measure).order_by(Finding.kind)).all()


def by_building(review: FilingReview, at: datetime) -> Rows:
    """(title, dossiers, clean, open): the building of the customer's first unit that day."""
    homes = _homes(review.day)
    query = _dossiers_of(review, at, Building.number.label("title")).outerjoin(
        homes, and_(homes.c.customer_id == Dossier.subject_id, Dossier.subject_kind == SUBJECT)
    )
    rows = query.outerjoin(Building, Building.id == homes.c.building_id)
    return session().execute(rows.group_by(Building.number, Building.sort_key).order_by(Building.sort_key)).all()


def _homes(day: date) -> Any:
    kept = func.coalesce(Customer.merged_into_id, Customer.id).label("customer_id")
    living = select(kept, func.min(Unit.building_id).label("building_id")).select_from(Occupancy)
    joined = living.join(Customer, Customer.id == Occupancy.customer_id).join(Unit, Unit.id == Occupancy.unit_id)
    return joined.where(lasts_on(Occupancy, day)).group_by(kept).subquery()


def by_manager(review: FilingReview, at: datetime) -> Rows:
    """Likewise, by the A of the project."""
    rows = _dossiers_of(review, at, User.full_name.label("title")).outerjoin(Project, Project.dossier_id == Dossier.id)
    whose = rows.outerjoin(User, User.id == Project.a_id)
    return session().execute(whose.group_by(User.full_name).order_by(User.full_name)).all()


def _dossiers_of(review: FilingReview, at: datetime, title: Any) -> Any:
    counted = select(Finding.dossier_id, func.count().label("open")).where(standing(at), looked_at(review))
    found = counted.group_by(Finding.dossier_id).subquery()
    clean = func.count(case((found.c.open.is_(None), 1))).label("clean")
    sums = func.count().label("dossiers"), clean, func.coalesce(func.sum(found.c.open), 0).label("open")
    rows = select(title, *sums).select_from(ReviewedDossier).join(Dossier, Dossier.id == ReviewedDossier.dossier_id)
    return rows.outerjoin(found, found.c.dossier_id == Dossier.id).where(ReviewedDossier.review_id == review.id)


def worst(review: FilingReview) -> Rows:
    """The dossiers with most findings, as they were looked at."""
    rows = select(ReviewedDossier, Dossier.code, shown_title().label("title"))
    some = rows.join(Dossier, Dossier.id == ReviewedDossier.dossier_id).where(
        ReviewedDossier.review_id == review.id, ReviewedDossier.findings > 0
    )
    return session().execute(some.order_by(ReviewedDossier.findings.desc(), Dossier.id).limit(WORST)).all()


def late_by_owner(review: FilingReview, at: datetime, day: date) -> Rows:
    """(title, findings, oldest) of what should have been mended by that day, nobody's among them."""
    columns = User.full_name.label("title"), func.count().label("findings"), func.min(Finding.due_on).label("oldest")
    rows = select(*columns).select_from(Finding).outerjoin(User, User.id == Finding.owner_id)
    late = rows.where(standing(at), Finding.due_on < day, looked_at(review))
    return session().execute(late.group_by(User.full_name)).all()


def differing(review: FilingReview, at: datetime) -> Rows:
    """What was drawn and did not agree, with whether the newest count does."""
    newest = select(PaperCount.agrees).where(PaperCount.dossier_id == Dossier.id, PaperCount.id.in_(last_counts()))
    settled = newest.correlate(Dossier).scalar_subquery().label("settled")
    rows = select(PaperCount, SampledDossier, Dossier.code, shown_title().label("title"), settled)
    joined = rows.select_from(SampledDossier).join(PaperCount, COUNTED)
    whose = joined.join(Sampling, Sampling.id == SampledDossier.sampling_id).join(
        Dossier, Dossier.id == SampledDossier.dossier_id
    )
    here = Sampling.review_id == review.id, Sampling.recount_of_id.is_(None), PaperCount.counted_at <= at
    return (
        session().execute(whose.where(*here, ~PaperCount.agrees).order_by(Sampling.id, SampledDossier.position)).all()
    )


def since(review: FilingReview, at: datetime) -> tuple[int, int]:
    """Of the findings that were open then: how many there were, how many are cured by now."""
    cured = func.count(Finding.cured_at)
    total, gone = session().execute(select(func.count(), cured).where(standing(at), looked_at(review))).one()
    return total, gone
