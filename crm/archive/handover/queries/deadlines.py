"""Due dates: the newest of each clock, and which of them a notice or the bell has to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import aliased, joinedload

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.handover.models import (
    AskState,
    Clock,
    Deadline,
    DeadlineReminder,
    Handover,
    HandoverState,
    Postponement,
    ReminderKind,
)
from crm.db import session

Later = aliased(Deadline)
RUNNING = Handover.state != HandoverState.filed


def deadlines(handover_id: int) -> Sequence[Deadline]:
    """All that ever held, in the order they were reckoned."""
    return session().scalars(select(Deadline).filter_by(handover_id=handover_id).order_by(Deadline.id)).all()


def newest(rows: Sequence[Deadline]) -> dict[Clock, Deadline]:
    """Of rows in the order they were reckoned: the one of each clock that holds."""
    return {row.clock: row for row in rows}


def due_of(clock: Clock) -> ScalarSelect[date | None]:
    """The day on which a hand-over's clock is due, as a column of a query over hand-overs."""
    return _newest_of(clock, Deadline.due_on)


def provisional_of(clock: Clock) -> ScalarSelect[bool | None]:
    return _newest_of(clock, Deadline.provisional)


def _newest_of(clock: Clock, column: Any) -> ScalarSelect[Any]:
    own = select(column).where(Deadline.handover_id == Handover.id, Deadline.clock == clock)
    return own.order_by(Deadline.id.desc()).limit(1).correlate(Handover).scalar_subquery()


def _holds() -> ColumnElement[bool]:
    """Of a hand-over that is not filed, the newest of its clock."""
    superseded = select(Later.id).where(
        Later.handover_id == Deadline.handover_id, Later.clock == Deadline.clock, Later.id > Deadline.id
    )
    return and_(RUNNING, ~superseded.exists())


def holding() -> Sequence[Deadline]:
    """The due date of every clock that still matters."""
    found = select(Deadline).join(Handover, Handover.id == Deadline.handover_id).where(_holds())
    return session().scalars(found.order_by(Deadline.id)).all()


def running() -> dict[int, Handover]:
    """Every hand-over that is not filed, with its project, by id."""
    found = select(Handover).where(RUNNING).options(joinedload(Handover.project))
    return {handover.id: handover for handover in session().scalars(found)}


def to_remind(kind: ReminderKind, until: date) -> Sequence[Any]:
    """(deadline, hand-over's state, A, B, title) of clocks due up to that day whose owner was not told yet."""
    told = select(DeadlineReminder.deadline_id).where(
        DeadlineReminder.deadline_id == Deadline.id, DeadlineReminder.kind == kind
    )
    waiting = (
        select(Deadline, Handover.state, Project.a_id, Project.b_id, Project.title)
        .select_from(Deadline)
        .join(Handover, Handover.id == Deadline.handover_id)
        .join(Project, Project.id == Handover.project_id)
        .where(_holds(), Deadline.due_on <= until, Deadline.clock != Clock.total, ~told.exists())
    )
    return session().execute(waiting.order_by(Deadline.id)).all()


def postponements(handover_id: int) -> Sequence[Postponement]:
    people = joinedload(Postponement.asked_by), joinedload(Postponement.decided_by)
    found = select(Postponement).where(Postponement.handover_id == handover_id).options(*people)
    return session().scalars(found.order_by(Postponement.id)).all()


def approved(which: ColumnElement[bool]) -> defaultdict[int, dict[Clock, date]]:
    """Of the hand-overs that `which` names, by id: the latest day to which each clock was postponed."""
    latest = func.max(Postponement.new_due)
    granted = (
        select(Postponement.handover_id, Postponement.clock, latest)
        .join(Handover, Handover.id == Postponement.handover_id)
        .where(which, Postponement.state == AskState.approved)
        .group_by(Postponement.handover_id, Postponement.clock)
    )
    found: defaultdict[int, dict[Clock, date]] = defaultdict(dict)
    for handover_id, clock, day in session().execute(granted):
        found[handover_id][clock] = day
    return found


def find_postponement(postponement_id: int) -> Postponement | None:
    """Whoever asks: for comparing a paper with what holds."""
    people = joinedload(Postponement.asked_by), joinedload(Postponement.decided_by)
    found = select(Postponement).where(Postponement.id == postponement_id).options(*people)
    return session().scalars(found).one_or_none()


def get_postponement(postponement_id: int) -> Postponement:
    """With who asked and who decided; 404 where the project is not visible."""
    found = (
        select(Postponement)
        .join(Handover, Handover.id == Postponement.handover_id)
        .join(Project, and_(Project.id == Handover.project_id, visible()))
        .where(Postponement.id == postponement_id)
        .options(joinedload(Postponement.asked_by), joinedload(Postponement.decided_by))
    )
    return session().scalars(found).one_or_none() or abort(404)
