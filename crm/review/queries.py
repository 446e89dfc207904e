"""Reviews, findings and scores, kept inside what the acting person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import visible
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.db import session
from crm.properties.models import Estate
from crm.review.checks import asked
from crm.review.looking import Chosen, failures
from crm.review.models import FilingReview, Finding, ReviewedDossier, ReviewState


def seen() -> ColumnElement[bool]:
    """The reviews of the person's estates; the loan archive's for who oversees it."""
    estates = and_(FilingReview.estate_id.is_not(None), within(FilingReview.estate_id))
    oversees = true() if actor().may(Permission.credit_oversee) else false()
    return or_(
        estates if actor().may(Permission.customer_read) else false(),
        and_(FilingReview.estate_id.is_(None), oversees),
    )


def get_review(review_id: int) -> FilingReview:
    """404 for what the person does not see, as all `get_` here."""
    query = select(FilingReview).where(FilingReview.id == review_id, seen())
    whole = query.options(joinedload(FilingReview.estate), joinedload(FilingReview.previous))
    return session().scalars(whole).one_or_none() or abort(404)


def get_finding(finding_id: int) -> Finding:
    query = select(Finding).join(Dossier, Dossier.id == Finding.dossier_id).where(Finding.id == finding_id, visible())
    whole = query.options(joinedload(Finding.dossier), joinedload(Finding.owner))
    return session().scalars(whole).one_or_none() or abort(404)


def title_of(review: FilingReview) -> str:
    """Such as 阳光花园 2026-11."""
    name = session().get_one(Estate, review.estate_id).name if review.estate_id else _("Loans and guarantees")
    return f"{name} {review.month:%Y-%m}"


def without_review(month: date) -> Sequence[int | None]:
    """Estates, and None for the loan archive, of which the clock has opened none this month."""
    opened = select(FilingReview.estate_id).where(FilingReview.scheduled, FilingReview.month == month)
    have = set(session().scalars(opened))
    every = [*session().scalars(select(Estate.id).order_by(Estate.id)), None]
    return [each for each in every if each not in have]


def running(estate_id: int | None) -> FilingReview | None:
    mine = FilingReview.estate_id.is_not_distinct_from(estate_id)
    return session().scalars(select(FilingReview).where(mine, FilingReview.state == ReviewState.running)).one_or_none()


def left_running(before: datetime) -> Sequence[FilingReview]:
    """Begun by a command that did not come to its end."""
    unasked = FilingReview.job_id.is_(None), FilingReview.opened_at < before
    return session().scalars(select(FilingReview).where(FilingReview.state == ReviewState.running, *unasked)).all()


# Scores


def per_cent(asked_count: int, failed: int) -> float | None:
    """Of the questions that were passed, with one digit; 100 only when all were. None where nothing was asked."""
    if not asked_count:
        return None
    return (asked_count - failed) * 1000 // asked_count / 10


def scores_of(dossiers: Sequence[Dossier]) -> dict[int, dict[str, Any]]:
    """Dossier -> measure -> (asked, failed), with "findings": as things stand now, in one statement."""
    chosen: Chosen = select(Dossier.id).where(Dossier.id.in_([each.id for each in dossiers]))
    failed = {row.dossier_id: row._mapping for row in session().execute(failures(chosen))}
    return {each.id: _scores(each, failed.get(each.id, {})) for each in dossiers}


def _scores(dossier: Dossier, failed: Any) -> dict[str, Any]:
    measures = {measure.value: (count, failed.get(measure.value, 0)) for measure, count in asked(dossier.kind).items()}
    return {**measures, "findings": failed.get("findings", 0)}


def sums_of(review_ids: Sequence[int]) -> dict[int, Any]:
    """Review -> its dossiers' questions asked and failed of each measure, in one statement."""
    columns = [
        func.sum(getattr(ReviewedDossier, f"{measure}_{what}")).label(f"{measure}_{what}")
        for measure in Measure
        for what in ("asked", "failed")
    ]
    rows = select(ReviewedDossier.review_id, *columns).where(ReviewedDossier.review_id.in_(review_ids))
    return {row.review_id: row for row in session().execute(rows.group_by(ReviewedDossier.review_id))}


def found_by_kind(review_ids: Sequence[int]) -> dict[str, int]:
    """Kind -> how many findings are open of the dossiers that these reviews looked at."""
    looked_at = select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id.in_(review_ids))
    counted = select(Finding.kind, func.count()).where(Finding.cured_at.is_(None), Finding.dossier_id.in_(looked_at))
    rows = session().execute(counted.group_by(Finding.kind).order_by(Finding.kind))
    return {row[0]: row[1] for row in rows}
