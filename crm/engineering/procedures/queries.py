"""Procedures the acting person sees: the company's own and those of the estates; versions, steps, readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.auth.actor import actor, within
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may, who_may_in
from crm.db import session
from crm.engineering.procedures.models import (
    IN_WORK,
    Procedure,
    ProcedureReading,
    ProcedureState,
    ProcedureVersion,
)
from crm.files.models import Upload
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate

Force, Work = aliased(ProcedureVersion), aliased(ProcedureVersion)


def seen() -> ColumnElement[bool]:
    """Everybody sees the company's own."""
    return or_(Procedure.estate_id.is_(None), within(Procedure.estate_id))


def chosen() -> ColumnElement[bool]:
    return or_(Procedure.estate_id.is_(None), in_chosen_estate(Procedure.estate_id))


def get_procedure(procedure_id: int) -> Procedure:
    """404 outside the person's estates, as every `get_` here does."""
    found = select(Procedure).where(Procedure.id == procedure_id, seen()).options(joinedload(Procedure.estate))
    return session().scalars(found).one_or_none() or abort(404)


def get_version(procedure_version_id: int) -> ProcedureVersion:
    """With its procedure and its file."""
    found = select(ProcedureVersion).join(Procedure, Procedure.id == ProcedureVersion.procedure_id)
    mine = found.where(ProcedureVersion.id == procedure_version_id, seen())
    return session().scalars(mine.options(*_whole())).one_or_none() or abort(404)


def _whole() -> Sequence[Any]:
    return (
        joinedload(ProcedureVersion.procedure).joinedload(Procedure.estate),
        joinedload(ProcedureVersion.upload).joinedload(Upload.stored),
    )


def versions_of(procedure_id: int) -> Sequence[ProcedureVersion]:
    """The newest first."""
    found = select(ProcedureVersion).where(ProcedureVersion.procedure_id == procedure_id).options(*_whole())
    return session().scalars(found.order_by(ProcedureVersion.position.desc())).all()


def procedures(scope: ColumnElement[bool] | None = None) -> Select[*tuple[Any, ...]]:
    """Each with the version in force, and the one that is written; those seen in the chosen estates, or in `scope`."""
    in_force = and_(Force.procedure_id == Procedure.id, Force.state == ProcedureState.in_force)
    in_work = and_(Work.procedure_id == Procedure.id, Work.state.in_(IN_WORK))
    return (
        select(
            Procedure.id,
            Procedure.number,
            Procedure.title,
            Procedure.trade,
            Procedure.about_units,
            Procedure.estate_id,
            Procedure.entered_at,
            Force.id.label("version_id"),
            Force.position,
            Force.valid_from,
            Force.review_by,
            Work.state.label("work"),
            Work.position.label("work_position"),
            Estate.name.label("estate"),
        )
        .outerjoin(Force, in_force)
        .outerjoin(Work, in_work)
        .outerjoin(Estate, Estate.id == Procedure.estate_id)
        .where(chosen() if scope is None else scope)
    )


def about_units_of(estate_id: int) -> Sequence[Any]:
    """Rows of `procedures` in force that tell how to work in a unit of the estate: the company's own first."""
    here = or_(Procedure.estate_id.is_(None), Procedure.estate_id == estate_id)
    found = procedures(seen()).where(here, Procedure.about_units, Force.id.is_not(None))
    return session().execute(found.order_by(Procedure.estate_id.is_not(None), Procedure.number)).all()


def to_review(until: date) -> Select[*tuple[Any, ...]]:
    """In force, and to be looked at by that day."""
    return procedures().where(Force.id.is_not(None), Force.review_by <= until)


def review_counts(day: date, until: date) -> tuple[int, int]:
    """To be reviewed by `until`; overdue on `day`."""
    found = (
        select(func.count(), func.sum(case((Force.review_by < day, 1), else_=0)))
        .select_from(Procedure)
        .join(Force, and_(Force.procedure_id == Procedure.id, Force.state == ProcedureState.in_force))
        .where(chosen(), Force.review_by <= until)
    )
    count, overdue = session().execute(found).one()
    return count, overdue or 0


def readings_of(procedure_version_id: int) -> Sequence[ProcedureReading]:
    """Who has read it, in the order in which they did."""
    found = select(ProcedureReading).where(ProcedureReading.version_id == procedure_version_id)
    return session().scalars(found.order_by(ProcedureReading.id)).all()


def readings(procedure_version_id: int) -> Select[*tuple[Any, ...]]:
    """The register of a version."""
    return (
        select(ProcedureReading.id, ProcedureReading.read_by, ProcedureReading.read_at, User.username)
        .join(User, User.id == ProcedureReading.user_id)
        .where(ProcedureReading.version_id == procedure_version_id)
    )


def have_to_read(procedure: Procedure) -> Sequence[User]:
    """Whoever does the work there."""
    worker = Permission.repair_work
    return who_may(worker) if procedure.estate_id is None else who_may_in(procedure.estate_id, worker)


def read_by_me(procedure_version_id: int) -> bool:
    mine = select(ProcedureReading.id).filter_by(version_id=procedure_version_id, user_id=actor().user_id)
    return session().scalar(mine) is not None


def find_called(number: str) -> int | None:
    """The id of the only procedure with this number that the person sees."""
    found = session().scalars(select(Procedure.id).where(Procedure.number == number, seen()).limit(2)).all()
    return found[0] if len(found) == 1 else None
