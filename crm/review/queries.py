"""Reviews, findings and scores, kept inside what the acting person may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from crm.archive.dossiers.checking import Measure
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.queries import visible
from crm.audit.models import LogEntry
from crm.audit.queries import timeline
from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import business_day, months_later, utc_now
from crm.db import session
from crm.jobs.models import Job, JobState
from crm.numbering import Number
from crm.properties.models import Estate
from crm.review import due
from crm.review.checks import asked
from crm.review.events import LookedAgain
from crm.review.looking import Chosen, failures
from crm.review.models import FilingReview, Finding, ReviewedDossier, ReviewState
from crm.tenants.models import Customer
from crm.tenants.queries import labels

SUMS = tuple(f"{measure}_{what}" for measure in Measure for what in ("asked", "failed"))
RECENT = timedelta(days=90)  # for so long the work list can show what is cured


def seen(estate_id: Any = FilingReview.estate_id) -> ColumnElement[bool]:
    """What is of the person's estates; the loan archive's for who oversees it."""
    return or_(
        and_(estate_id.is_not(None), within(estate_id)) if actor().may(Permission.customer_read) else false(),
        estate_id.is_(None) if oversees() else false(),
    )


def to_sign() -> ColumnElement[bool]:
    """Whoever started it too: the archivist begins and ends the work of a review."""
    return and_(FilingReview.state == ReviewState.open, seen())


def oversees() -> bool:
    return actor().may(Permission.credit_oversee)


def sees_reviews() -> bool:
    """Whoever sees some dossiers of their own only has findings, and no reviews."""
    return oversees() or actor().may(Permission.customer_read)


def chosen(estate_id: Any) -> ColumnElement[bool]:
    """Of the estate chosen in the top bar, which is nothing to whoever reads no customers."""
    estate = actor().estate_id if actor().may(Permission.customer_read) else None
    return true() if estate is None else estate_id == estate


def get_review(review_id: int) -> FilingReview:
    """404 for what the person does not see, as all `get_` here; 403 for whoever sees no review at all."""
    if not sees_reviews():
        abort(403)
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
    """Begun by a command that did not come to its end, or by a job that failed or was cancelled."""
    left = and_(FilingReview.job_id.is_(None), FilingReview.opened_at < before)
    lost = and_(Job.state.in_((JobState.failed, JobState.cancelled)), Job.ended_at < before)
    running = select(FilingReview).outerjoin(Job, Job.id == FilingReview.job_id)
    found = running.where(FilingReview.state == ReviewState.running, or_(left, lost)).order_by(FilingReview.id)
    return session().scalars(found).all()


def unsigned() -> Sequence[FilingReview]:
    """Those that have not been spoken of to everybody."""
    found = select(FilingReview).where(FilingReview.state != ReviewState.signed, FilingReview.reminded < 2)
    return session().scalars(found.order_by(FilingReview.id)).all()


# Scores


def per_cent(asked_count: int, failed: int) -> float | None:
    """Of the questions that were passed, with one digit; 100 only when all were. None where nothing was asked."""
    if not asked_count:
        return None
    return max(0, asked_count - failed) * 1000 // asked_count / 10


def scores_of(dossiers: Sequence[Dossier]) -> dict[int, dict[str, Any]]:
    """Dossier -> measure -> (asked, failed), with "findings": as things stand now, in one statement."""
    chosen: Chosen = select(Dossier.id).where(Dossier.id.in_([each.id for each in dossiers]))
    failed = {row.dossier_id: row._mapping for row in session().execute(failures(chosen))}
    return {each.id: _scores(each, failed.get(each.id, {})) for each in dossiers}


def _scores(dossier: Dossier, failed: Any) -> dict[str, Any]:
    counts = asked(dossier.kind).items()
    measures = {measure.value: (count, failed.get(f"{measure}_failed", 0)) for measure, count in counts}
    return {**measures, "findings": failed.get("findings", 0)}


def last_ended(estates: ColumnElement[bool]) -> dict[int, FilingReview]:
    """Estate -> its last review that has ended; `estates`: a condition on `Estate`."""
    ended = FilingReview.state != ReviewState.running
    newest = select(func.max(FilingReview.id)).join(Estate, Estate.id == FilingReview.estate_id).where(ended, estates)
    rows = select(FilingReview).where(FilingReview.id.in_(newest.group_by(Estate.id)))
    return {row.estate_id: row for row in session().scalars(rows) if row.estate_id}


def found_by_kind(review_ids: Sequence[int]) -> dict[str, int]:
    """Kind -> how many findings are open of the dossiers that these reviews looked at."""
    looked_at = select(ReviewedDossier.dossier_id).where(ReviewedDossier.review_id.in_(review_ids))
    counted = select(Finding.kind, func.count()).where(Finding.cured_at.is_(None), Finding.dossier_id.in_(looked_at))
    rows = session().execute(counted.group_by(Finding.kind).order_by(Finding.kind))
    return {row[0]: row[1] for row in rows}


# Lists


def reviews() -> Select[*tuple[Any, ...]]:
    """Of the person's estates, or of the chosen one."""
    columns = [
        *(getattr(FilingReview, name) for name in ("id", "estate_id", "month", "day", "scheduled", "whole", "state")),
        *(getattr(FilingReview, name) for name in ("dossiers", "new", "repeated", "cured", "signed_by", *SUMS)),
        Estate.name.label("estate"),
    ]
    rows = select(*columns).outerjoin(Estate, Estate.id == FilingReview.estate_id)
    return rows.where(seen(), chosen(FilingReview.estate_id))


def findings(day: date, *, cured: bool = False, dossier_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """What is open, or what was cured lately; of one dossier where that is given."""
    own = ("id", "kind", "measure", "detail", "about_id", "role", "due_on", "note", "found_at", "cured_at")
    columns = [
        *(getattr(Finding, name) for name in own),
        *named(day),
        User.full_name.label("owner"),
    ]
    rows = with_names(select(*columns).join(Dossier, Dossier.id == Finding.dossier_id))
    return rows.outerjoin(User, User.id == Finding.owner_id).where(*_asked_for(cured, dossier_id))


def counted_findings(*, cured: bool = False, dossier_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """The same rows without what is joined for columns."""
    rows = select(Finding.id).join(Dossier, Dossier.id == Finding.dossier_id)
    return rows.where(*_asked_for(cured, dossier_id))


def _asked_for(cured: bool, dossier_id: int | None) -> tuple[ColumnElement[bool], ...]:
    standing = Finding.cured_at >= utc_now() - RECENT if cured else Finding.cured_at.is_(None)
    of_one = true() if dossier_id is None else Finding.dossier_id == dossier_id
    return standing, of_one, visible(), true() if dossier_id else chosen(Finding.estate_id)


def looked_at(review: FilingReview, day: date) -> Select[*tuple[Any, ...]]:
    """The dossiers of a review, with what it said of each."""
    figures = [getattr(ReviewedDossier, name) for name in ("why", "findings", *SUMS)]
    rows = select(*figures, *named(day)).join(Dossier, Dossier.id == ReviewedDossier.dossier_id)
    return with_names(rows).where(ReviewedDossier.review_id == review.id, visible())


def coming_up(day: date) -> Select[*tuple[Any, ...]]:
    """Living dossiers that have their turn this month, or had it before."""
    own = due.why(day).label("why"), due.last_review().label("reviewed_on"), Dossier.opened_on, Dossier.kind
    rows = due.coming(day, *own, Customer.kind.label("customer_kind"), *named(day))
    return with_names(rows, customers=False).where(visible(), chosen(Dossier.estate_id))


def named(day: date) -> tuple[Any, ...]:
    number = func.coalesce(Dossier.code, Number.text).label("number")
    about = Dossier.id.label("dossier_id"), Dossier.subject_id, Dossier.title
    return *about, number, labels(day).label("units"), Estate.name.label("estate")


def with_names(rows: Select[*tuple[Any, ...]], *, customers: bool = True) -> Select[*tuple[Any, ...]]:
    """Outer joins, which a mere count leaves out."""
    whose = rows.outerjoin(Customer, due.whose()) if customers else rows
    return whose.outerjoin(Number, Number.id == Dossier.number_id).outerjoin(Estate, Estate.id == Dossier.estate_id)


def owner_names() -> dict[int, str]:
    """Of the findings that are open and seen."""
    owning = select(Finding.owner_id).join(Dossier, Dossier.id == Finding.dossier_id)
    mine = owning.where(Finding.cured_at.is_(None), visible())
    named = select(User.id, User.full_name).where(User.id.in_(mine)).order_by(User.full_name, User.id)
    return {row.id: row.full_name for row in session().execute(named)}


def review_names(besides: int | None) -> dict[int, str]:
    """Of the reviews of a year, and of the one asked for, the newest first."""
    recent = or_(FilingReview.day >= months_later(business_day(), -12), FilingReview.id == besides)
    rows = reviews().where(recent).order_by(FilingReview.id.desc())
    return {row.id: f"{row.estate or _('Loans and guarantees')} {row.day}" for row in session().execute(rows)}


def last_look(dossier: Dossier) -> datetime | None:
    """When the dossier was last looked at, in a review or by itself."""
    ended = select(func.max(FilingReview.ended_at)).join(ReviewedDossier, ReviewedDossier.review_id == FilingReview.id)
    reviewed = ended.where(ReviewedDossier.dossier_id == dossier.id, ReviewedDossier.findings.is_not(None))
    told = timeline("dossier", dossier.id, 1).where(LogEntry.kind == LookedAgain.__name__)
    looks = [session().scalar(reviewed), *(entry.at for entry in session().scalars(told))]
    return max((at for at in looks if at is not None), default=None)
