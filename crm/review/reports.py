"""The figures of the pages: how the archives stand now, what one review found, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from crm.archive.dossiers.checking import MEASURE_TITLES, Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import visible
from crm.auth.actor import actor
from crm.auth.titles import ROLE_TITLES
from crm.db import session
from crm.properties.queries import estate_names
from crm.review import due, queries
from crm.review.comparing import is_cured, is_new, is_repeated, stood
from crm.review.models import FilingReview, Finding, ReviewedDossier
from crm.review.queries import chosen, per_cent, seen
from crm.review.standing import asked_now, failed_now
from crm.review.wording import advice_of, score, title_of_kind
from crm.web.charts import SMALL, Scores, scores

TREND = 8  # reviews
SHOWN = 50  # findings of each kind in the comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An archive now; `trend` is None before it was reviewed twice."""

    estate_id: int | None
    name: str
    bars: list[tuple[Any, float | None]]
    findings: int
    trend: Scores | None


class Head:
    """What stands above the list of reviews, asked for where it is drawn."""

    def __init__(self, day: date, company: str) -> None:
        self.day, self.company = day, company

    @cached_property
    def counts(self) -> Any:
        """(open, late, one's own)."""
        mine = Finding.owner_id == actor().user_id
        sums = [_sum(Finding.due_on < self.day).label("late"), _sum(mine).label("mine")]
        rows = select(func.count().label("open"), *sums).join(Dossier, Dossier.id == Finding.dossier_id)
        return session().execute(rows.where(Finding.cured_at.is_(None), visible(), chosen(Finding.estate_id))).one()

    @cached_property
    def due(self) -> int:
        rows = due.coming(self.day, func.count()).where(visible(), chosen(Dossier.estate_id))
        return session().scalar(rows) or 0

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self.company)


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def standings(company: str) -> list[Standing]:
    """Each archive that was reviewed, as things stand now. As many queries whatever the size."""
    past, failed, there = _past(), failed_now(seen(Finding.estate_id)), asked_now(visible())
    names: list[tuple[int | None, str]] = [*estate_names().items(), (None, company)]
    return [
        Standing(
            estate_id=key,
            name=name,
            bars=[
                (title, per_cent(there[key][each], failed[key].get(each, 0))) for each, title in MEASURE_TITLES.items()
            ],
            findings=failed[key].get("findings", 0),
            trend=_trend(past[key]),
        )
        for key, name in names
        if key in past
    ]


def _past() -> dict[int | None, list[Any]]:
    """The last reviews of each archive, the oldest first."""
    newest = func.row_number().over(partition_by=FilingReview.estate_id, order_by=FilingReview.id.desc())
    columns = [getattr(FilingReview, name) for name in ("id", "estate_id", "day", *queries.SUMS)]
    mine = seen(), chosen(FilingReview.estate_id), FilingReview.ended_at.is_not(None)
    rows = select(*columns, newest.label("turn")).where(*mine).subquery()
    found: dict[int | None, list[Any]] = {}
    for row in session().execute(select(rows).where(rows.c.turn <= TREND).order_by(rows.c.id)):
        found.setdefault(row.estate_id, []).append(row)
    return found


def _trend(past: Sequence[Any]) -> Scores | None:
    lines = {str(title): [score(row, each) for row in past] for each, title in MEASURE_TITLES.items()}
    known = {title: values for title, values in lines.items() if any(value is not None for value in values)}
    return scores([row.day.isoformat() for row in past], known, SMALL) if known and len(past) > 1 else None


# One review


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    title: Any
    now: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """In points, None where there is nothing to compare."""
        return None if self.now is None or self.before is None else round(self.now - self.before, 1)


def scored(review: FilingReview) -> list[Scored]:
    """The three scores of the archive, beside those of the review before."""
    before = review.previous
    return [
        Scored(title=title, now=score(review, each), before=score(before, each) if before else None)
        for each, title in MEASURE_TITLES.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFound:
    """`found`: when the review ended; `left` of them are open still."""

    kind: str
    title: str
    advice: str
    measure: Measure
    desk: Any
    found: int
    new: int
    left: int


def by_kind(review: FilingReview) -> list[KindFound]:
    """The most frequent first."""
    new, left = _sum(is_new(review)), _sum(Finding.cured_at.is_(None))
    rows = select(Finding.kind, Finding.measure, Finding.role, func.count().label("found"), new, left)
    counted = rows.where(stood(review)).group_by(Finding.kind, Finding.measure, Finding.role)
    return [
        KindFound(
            kind=kind,
            title=title_of_kind(kind),
            advice=advice_of(kind),
            measure=measure,
            desk=ROLE_TITLES[role],
            found=found,
            new=fresh,
            left=still,
        )
        for kind, measure, role, found, fresh, still in session().execute(
            counted.order_by(func.count().desc(), Finding.kind)
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Some findings: `count` of them in all, the oldest of them listed."""

    title: str
    rows: Sequence[Any]
    count: int


def compared(review: FilingReview, titles: Mapping[str, str], day: date) -> list[Compared]:
    """Cured, new and repeated against what was known before; `titles` in the order wanted."""
    which = {"cured": is_cured(review), "new": is_new(review), "repeated": is_repeated(review)}
    rows = {name: session().execute(_listed(condition, day)).all() for name, condition in which.items()}
    return [Compared(title=title, rows=rows[name], count=getattr(review, name)) for name, title in titles.items()]


def _listed(condition: ColumnElement[bool], day: date) -> Select[*tuple[Any, ...]]:
    own = ("id", "kind", "detail", "found_at", "cured_at")
    columns = [getattr(Finding, name) for name in own]
    rows = select(*columns, _times().label("times"), *queries.named(day))
    named = queries.with_names(rows.join(Dossier, Dossier.id == Finding.dossier_id))
    return named.where(condition, visible()).order_by(Finding.found_at, Finding.id).limit(SHOWN)


def _times() -> Any:
    """In how many reviews the finding was there."""
    ended = select(func.count()).select_from(ReviewedDossier).join(FilingReview)
    there = ended.where(
        ReviewedDossier.dossier_id == Finding.dossier_id,
        FilingReview.ended_at >= Finding.found_at,
        or_(Finding.cured_at.is_(None), FilingReview.ended_at < Finding.cured_at),
    )
    return there.correlate(Finding).scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    done: int
    total: int


def progress(review: FilingReview) -> Progress:
    """How far a running one is."""
    lines = select(func.count()).where(ReviewedDossier.review_id == review.id)
    done = session().scalar(lines.where(ReviewedDossier.dossier_id <= review.reached)) or 0
    return Progress(done=done, total=review.dossiers)
