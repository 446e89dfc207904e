"""What begins a project's retention and what holds it back: facts, asked by whoever decides about it (2.5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, func, literal, select

from crm.archive.credit.models import Decision, Project, ProjectKind, ProjectState, Verdict
from crm.db import session


class Hold(StrEnum):
    undecided = "undecided"
    loan_unsettled = "loan_unsettled"
    guarantee_not_released = "guarantee_not_released"


HOLD_TITLES = {
    Hold.undecided: _l("Not decided or not disbursed yet"),
    Hold.loan_unsettled: _l("The loan is not settled"),
    Hold.guarantee_not_released: _l("The guarantee is not released"),
}
_HOLDING: dict[Hold, ColumnElement[bool]] = {
    Hold.undecided: Project.state.in_((ProjectState.applied, ProjectState.approved)),
    Hold.loan_unsettled: (Project.state == ProjectState.ended) & (Project.kind == ProjectKind.loan),
    Hold.guarantee_not_released: (Project.state == ProjectState.ended) & (Project.kind == ProjectKind.guarantee),
}


def held(hold: Hold) -> Select[*tuple[Any, ...]]:
    """(dossier_id, words) of every project that it holds."""
    return select(Project.dossier_id, Project.title.label("words")).where(_HOLDING[hold])


def holds(project: Project) -> list[Hold]:
    """Empty once the project is settled, refused or withdrawn."""
    which = case(*((condition, literal(hold.value)) for hold, condition in _HOLDING.items()))
    found = session().scalar(select(which).where(Project.id == project.id))
    return [Hold(found)] if found else []


def starts() -> Select[*tuple[Any, ...]]:
    """(dossier_id, starts_on, because): settled, released, or the last word that turned it down or withdrew it."""
    ended = (Verdict.refused, Verdict.withdrawn)
    last = select(func.max(Decision.decided_on)).where(Decision.project_id == Project.id, Decision.verdict.in_(ended))
    loan = Project.kind == ProjectKind.loan
    because = case(
        (Project.state == ProjectState.refused, literal("refused")),
        (Project.state == ProjectState.withdrawn, literal("withdrawn")),
        (loan, literal("settled")),
        else_=literal("released"),
    )
    day = func.coalesce(Project.settled_on, last.correlate(Project).scalar_subquery(), type_=Project.settled_on.type)
    over = Project.state.in_((ProjectState.settled, ProjectState.refused, ProjectState.withdrawn))
    columns = Project.dossier_id, day.label("starts_on"), because.label("because")
    return select(*columns).where(over, Project.dossier_id.is_not(None), day.is_not(None))
