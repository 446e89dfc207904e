"""The register as queries: projects with their sums, clients with theirs. What is overdue is reckoned, never stored."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from crm.archive.credit.models import Client, Project, ProjectState, RegisterImport
from crm.archive.credit.queries import visible, visible_clients
from crm.archive.dossiers.models import Dossier
from crm.archive.numbers.models import ArchiveNumber
from crm.auth.models import User
from crm.files.models import Upload
from crm.lists.holding import holding
from crm.money import Fen
from crm.numbering import Number

RUNNING = Project.state == ProjectState.ended
OUTSTANDING: ColumnElement[Decimal] = type_coerce(
    case((RUNNING, Project.amount - Project.repaid), else_=Decimal(0)), Fen
)
A, B = aliased(User), aliased(User)
SOON = timedelta(days=30)


def projects() -> Select[*tuple[Any, ...]]:
    """Those the acting person sees, each with number, client, A, B and what is outstanding."""
    return (
        select(
            Project.id,
            Project.kind,
            Project.title,
            Project.state,
            Project.amount,
            OUTSTANDING.label("outstanding"),
            Project.rate,
            Project.term_months,
            Project.purpose,
            Project.applied_on,
            Project.ends_on,
            Project.due_on,
            Project.settled_on,
            Client.id.label("client_id"),
            Client.name.label("client"),
            A.full_name.label("a"),
            B.full_name.label("b"),
            Number.text.label("number"),
        )
        .join(Client, Client.id == Project.client_id)
        .join(A, A.id == Project.a_id)
        .join(B, B.id == Project.b_id)
        .outerjoin(Dossier, Dossier.id == Project.dossier_id)
        .outerjoin(ArchiveNumber, ArchiveNumber.id == Dossier.number_id)
        .outerjoin(Number, Number.id == ArchiveNumber.id)
        .where(visible())
    )


def clients() -> Select[*tuple[Any, ...]]:
    """Each with how many of its projects one sees, and what is outstanding of them."""
    sums = (
        select(
            Project.client_id,
            func.count().label("projects"),
            type_coerce(func.sum(OUTSTANDING), Fen).label("outstanding"),
        )
        .where(visible())
        .group_by(Project.client_id)
        .subquery()
    )
    return (
        select(
            Client.id,
            Client.kind,
            Client.name,
            Client.credit_code,
            Client.id_masked,
            Client.phone,
            func.coalesce(sums.c.projects, 0).label("projects"),
            func.coalesce(sums.c.outstanding, type_coerce(Decimal(0), Fen)).label("outstanding"),
        )
        .outerjoin(sums, sums.c.client_id == Client.id)
        .where(visible_clients())
    )


def overdue(day: date) -> ColumnElement[bool]:
    return and_(RUNNING, Project.due_on < day, Decimal(0) < OUTSTANDING)


def due(when: str, day: date) -> ColumnElement[bool]:
    """`when`: overdue, or soon (within 30 days, today included)."""
    if when == "overdue":
        return overdue(day)
    return and_(RUNNING, Decimal(0) < OUTSTANDING, Project.due_on.between(day, day + SOON))


def in_year(column: Any, year: int) -> ColumnElement[bool]:
    return and_(column >= date(year, 1, 1), column < date(year + 1, 1, 1))


def about(text: str) -> ColumnElement[bool]:
    """By number, client or title."""
    return holding(text, Number.text, Client.name, Project.title)


def imports() -> Select[*tuple[Any, ...]]:
    columns = RegisterImport.id, RegisterImport.state, RegisterImport.started_at, RegisterImport.started_by, Upload.name
    return select(*columns).join(Upload, Upload.id == RegisterImport.upload_id)
