"""Periods with their holds, set by set; lists, and what the acting person sees of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased, join, outerjoin, selectinload

from crm.archive.credit.models import Project
from crm.archive.disposal.figures import years_of
from crm.archive.disposal.holding import held
from crm.archive.disposal.models import (
    ArchiveHold,
    DisposalLine,
    DisposalList,
    DisposalStep,
    Opinion,
    RetentionChange,
    Tombstone,
)
from crm.archive.disposal.periods import FOR_GOOD, first_kept, kept_until
from crm.archive.disposal.starting import ENDS, Because, started
from crm.archive.dossiers.models import Dossier, Volume
from crm.archive.dossiers.models.dossier import DossierState, Retention
from crm.archive.dossiers.queries import ESTATE, shown_title
from crm.archive.dossiers.queries import visible as dossier_visible
from crm.archive.dossiers.retention import code_of
from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.db import session

Later = aliased(RetentionChange)


@dataclass(frozen=True, slots=True)
class Retained:
    """The statement of all periods that have begun, and the columns that conditions are made of."""

    query: Select[*tuple[Any, ...]]
    starts_on: Any
    because: Any

    def over(self, day: date) -> ColumnElement[bool]:
        """Whether the last day it is kept lies before `day`."""
        begun = [
            and_(self.because == each.value, self.starts_on < first_kept(day, years_of(each, business_day())))
            for each in Because
            if years_of(each, business_day()) != FOR_GOOD
        ]
        by_period = and_(RetentionChange.id.is_(None), Dossier.retention != Retention.permanent, or_(false(), *begun))
        return or_(RetentionChange.until < day, by_period)


def retained(*columns: Any) -> Retained:
    """(id, starts_on, because, changed, until, retention, …) of every dossier whose period has begun."""
    begun = started()
    starts_on = begun.c.starts_on
    facts = (
        Dossier.id,
        starts_on,
        begun.c.because,
        RetentionChange.id.label("changed"),
        RetentionChange.until,
        Dossier.retention,
    )
    kept = join(Dossier, begun, begun.c.dossier_id == Dossier.id)
    changed = outerjoin(kept, RetentionChange, _changes(starts_on))
    placed = outerjoin(changed, ESTATE, ESTATE.c.id == Dossier.estate_id)
    query = select(*facts, *columns).select_from(placed).where(Dossier.state != DossierState.destroyed)
    return Retained(query, starts_on, begun.c.because)


def _changes(starts_on: Any) -> ColumnElement[bool]:
    """The newest one of the dossier, unless its period began anew since: then the change is over with the old one."""
    newest = select(func.max(Later.id)).where(Later.dossier_id == Dossier.id).correlate(Dossier).scalar_subquery()
    return and_(RetentionChange.id == newest, RetentionChange.changed_on >= starts_on)


def until_of(row: Any) -> date | None:
    """The last day it is kept; None: for good. `row` as `retained` gives it."""
    if row.changed is not None:
        return row.until  # type: ignore[no-any-return]
    years = years_of(Because(row.because), business_day())
    if row.retention is Retention.permanent or years == FOR_GOOD:
        return None
    return kept_until(row.starts_on, years)


def in_force(dossier_ids: Collection[int]) -> dict[int, str]:
    """Dossier -> the code of its period, begun or not: as it was appraised last, else by what ends its matter."""
    begun = started()
    kept = outerjoin(Dossier, begun, begun.c.dossier_id == Dossier.id)
    changed = outerjoin(kept, RetentionChange, _changes(begun.c.starts_on))
    facts = Dossier.id, Dossier.kind, Dossier.retention, begun.c.because
    found = select(*facts, RetentionChange.id.label("changed"), RetentionChange.until).select_from(changed)
    return {row.id: _code_of(row) for row in session().execute(found.where(Dossier.id.in_(dossier_ids)))}


def _code_of(row: Any) -> str:
    if row.changed is not None and row.until is not None:
        return str(row.until.isoformat())
    if row.changed is not None or row.retention is Retention.permanent:
        return Retention.permanent.value
    return code_of(years_of(Because(row.because) if row.because else ENDS[row.kind], business_day()))


def listed() -> Retained:
    """Of the dossiers the person sees, with what holds them, each kind once, and whether they stand on a list."""
    rows = held()
    kinds = select(rows.c.dossier_id, rows.c.kind).distinct().subquery()
    told = select(func.aggregate_strings(kinds.c.kind, ",")).where(kinds.c.dossier_id == Dossier.id)
    columns = (
        Dossier.code,
        Dossier.kind,
        shown_title().label("title"),
        ESTATE.c.name.label("estate"),
        told.correlate(Dossier).scalar_subquery().label("holds"),
        on_a_list().label("on_list"),
    )
    found = retained(*columns)
    return Retained(found.query.where(dossier_visible()), found.starts_on, found.because)


def is_held() -> ColumnElement[bool]:
    rows: Subquery = held()
    return Dossier.id.in_(select(rows.c.dossier_id))


def on_a_list() -> ColumnElement[bool]:
    return exists().where(DisposalLine.dossier_id == Dossier.id, DisposalLine.live)


def proposable(estate_id: int | None, most: int) -> Sequence[Any]:
    """Over, held by nothing and on no list; of one estate, or of the company's. The longest over first."""
    found = retained(Dossier.code, shown_title().label("title"))
    own = Dossier.estate_id.is_(None) if estate_id is None else Dossier.estate_id == estate_id
    free = found.query.where(found.over(business_day()), ~is_held(), ~on_a_list(), own, dossier_visible())
    return session().execute(free.order_by(found.starts_on, Dossier.id).limit(most)).all()


def still_over(dossier_ids: Sequence[int]) -> dict[int, Any]:
    """Of these, whose period is over today: id -> its row."""
    found = retained(Dossier.code)
    rows = session().execute(found.query.where(found.over(business_day()), Dossier.id.in_(dossier_ids)))
    return {row.id: row for row in rows}


def period_of(dossier_id: int) -> Any:
    """None while nothing has begun it."""
    return session().execute(retained().query.where(Dossier.id == dossier_id)).one_or_none()


# Lists


def visible() -> ColumnElement[bool]:
    """A customers' list within the estates, the company's for who oversees it; either for who stands by as witness."""
    acting = actor()
    witness = acting.may(Permission.disposal_witness)
    company = acting.may(Permission.credit_oversee) or witness
    estates = and_(DisposalList.estate_id.is_not(None), within(DisposalList.estate_id))
    customers = estates if acting.may(Permission.customer_read) or witness else false()
    return or_(customers, and_(DisposalList.estate_id.is_(None), true() if company else false()))


def has_project_of(user_id: int | None) -> ColumnElement[bool]:
    """Of a list: the person is A or B of a project whose dossier stands on it."""
    theirs = select(Project.id).join(DisposalLine, DisposalLine.dossier_id == Project.dossier_id)
    mine = or_(Project.a_id == user_id, Project.b_id == user_id)
    return theirs.where(DisposalLine.list_id == DisposalList.id, mine).correlate(DisposalList).exists()


def is_party(list_id: int, user_id: int) -> bool:
    found = select(DisposalList.id).where(DisposalList.id == list_id, has_project_of(user_id))
    return session().scalar(found) is not None


def get_list(list_id: int) -> DisposalList:
    """With its lines; 404 for what the acting person does not see."""
    query = select(DisposalList).where(DisposalList.id == list_id, visible()).options(selectinload(DisposalList.lines))
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    return found or abort(404)


def find_list(list_id: int) -> DisposalList | None:
    """Whoever asks, with its lines: for comparing a paper with what holds."""
    query = select(DisposalList).where(DisposalList.id == list_id).options(selectinload(DisposalList.lines))
    return session().scalars(query).one_or_none()


def lists() -> Select[*tuple[Any, ...]]:
    lines = select(func.count()).where(DisposalLine.list_id == DisposalList.id).scalar_subquery()
    pages = select(func.coalesce(func.sum(DisposalLine.pages), 0)).where(DisposalLine.list_id == DisposalList.id)
    columns = (
        DisposalList.id,
        DisposalList.number,
        DisposalList.title,
        DisposalList.state,
        DisposalList.proposed_by,
        DisposalList.proposed_at,
        DisposalList.approved_by,
        DisposalList.cools_until,
        DisposalList.destroyed_at,
        ESTATE.c.name.label("estate"),
        lines.label("dossiers"),
        pages.scalar_subquery().label("pages"),
    )
    joined = select(*columns).select_from(DisposalList).outerjoin(ESTATE, ESTATE.c.id == DisposalList.estate_id)
    return joined.where(visible())


def opinions_of(list_id: int) -> Sequence[Opinion]:
    """The newest of each seat on each line, in the order of seats."""
    newest = (
        select(func.max(Opinion.id))
        .join(DisposalLine, DisposalLine.id == Opinion.line_id)
        .where(DisposalLine.list_id == list_id)
        .group_by(Opinion.line_id, Opinion.seat)
    )
    return session().scalars(select(Opinion).where(Opinion.id.in_(newest)).order_by(Opinion.seat, Opinion.id)).all()


def steps_of(list_id: int) -> Sequence[DisposalStep]:
    return session().scalars(select(DisposalStep).filter_by(list_id=list_id).order_by(DisposalStep.id)).all()


def holds_by_hand(dossier_id: int) -> Sequence[ArchiveHold]:
    """Newest first."""
    mine = select(ArchiveHold).filter_by(dossier_id=dossier_id)
    return session().scalars(mine.order_by(ArchiveHold.id.desc())).all()


def get_hold(hold_id: int) -> ArchiveHold:
    query = select(ArchiveHold).join(Dossier, Dossier.id == ArchiveHold.dossier_id)
    return session().scalars(query.where(ArchiveHold.id == hold_id, dossier_visible())).one_or_none() or abort(404)


def tombstone_of(dossier_id: int) -> Tombstone | None:
    return session().scalars(select(Tombstone).filter_by(dossier_id=dossier_id)).one_or_none()


def tombstones_of(list_id: int) -> Sequence[Tombstone]:
    return session().scalars(select(Tombstone).filter_by(list_id=list_id).order_by(Tombstone.id)).all()


def live_list_of(dossier_id: int) -> DisposalList | None:
    query = select(DisposalList).join(DisposalLine, DisposalLine.list_id == DisposalList.id)
    return session().scalars(query.where(DisposalLine.dossier_id == dossier_id, DisposalLine.live)).one_or_none()


def volumes_of(dossier_ids: Sequence[int]) -> dict[int, int]:
    """册: a sealed dossier is one, a living one has those of its years."""
    counted = select(Volume.dossier_id, func.count()).where(Volume.dossier_id.in_(dossier_ids))
    return {row[0]: row[1] for row in session().execute(counted.group_by(Volume.dossier_id))}
