"""What the installation knows that a register may name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from crm.archive.credit.importing.drafting import Present, likeness
from crm.archive.credit.models import Client, Project, ProjectKind
from crm.archive.dossiers.models import Dossier
from crm.archive.numbers.figures import WORD_GUARANTEE, WORD_LOAN
from crm.archive.numbers.models import ArchiveNumber
from crm.archive.numbers.taking_over import last_serials
from crm.auth.models import User, UserRole
from crm.auth.permissions import RoleName
from crm.dates import business_day
from crm.db import session
from crm.numbering import Number


def present() -> Present:
    day, rows = business_day(), session().execute(_projects()).all()
    return Present(
        today=day,
        managers=_managers(),
        words={WORD_LOAN.on(day): ProjectKind.loan, WORD_GUARANTEE.on(day): ProjectKind.guarantee},
        projects={key: likeness(row, row.client) for row in rows for key in (row.imported_as, row.number) if key},
        unnumbered={row.imported_as for row in rows if row.imported_as and not row.number},
        numbers={row.text: row.state for row in session().execute(_numbers())},
        lasts=last_serials(),
    )


def _managers() -> dict[str, int | None]:
    """Also those who have left: they were A or B then."""
    held = select(UserRole.user_id).where(UserRole.role == RoleName.project_manager)
    found: dict[str, int | None] = {}
    for key, name in session().execute(select(User.id, User.full_name).where(User.id.in_(held))):
        found[name] = None if name in found else key
    return found


def _numbers() -> Any:
    return select(Number.text, Number.state).join(ArchiveNumber, ArchiveNumber.id == Number.id)


def _projects() -> Any:
    """By the key of an earlier import, and by archive number."""
    return (
        select(
            Project.imported_as,
            Number.text.label("number"),
            Project.amount,
            Project.ends_on,
            Project.settled_on,
            Client.name.label("client"),
        )
        .join(Client, Client.id == Project.client_id)
        .outerjoin(Dossier, Dossier.id == Project.dossier_id)
        .outerjoin(Number, Number.id == Dossier.number_id)
    )
