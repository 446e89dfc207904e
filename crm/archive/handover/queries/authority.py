"""Who would decide, and about whose hand-over."""

from __future__ import annotations

from sqlalchemy import or_, select

from crm.archive.handover.authority import ABOVE_ALL, Decider, Matter
from crm.archive.handover.queries.standing import archivists
from crm.archive.handover.standing import Standing
from crm.auth.actor import actor
from crm.auth.models import Supervision, User, UserRole
from crm.auth.permissions import RoleName
from crm.db import session


def decider() -> Decider:
    """The acting person."""
    acting = actor()
    mine = select(Supervision.department_id).where(Supervision.user_id == acting.user_id)
    return Decider(user_id=acting.user_id, roles=acting.roles, supervises=set(session().scalars(mine)))


def matter_of(standing: Standing, asked_by_id: int | None = None) -> Matter:
    project = standing.handover.project
    own = {project.a_id, project.b_id, *standing.transferors, *archivists()}
    if standing.handover.archivist_id is not None:
        own.add(standing.handover.archivist_id)
    return Matter(
        parties=frozenset(own),
        department_id=department_of(standing),
        asked_by_id=asked_by_id,
    )


def department_of(standing: Standing) -> int | None:
    """The project's, else A's."""
    project = standing.handover.project
    return project.department_id if project.department_id is not None else project.a.department_id


def deciding(matter: Matter) -> set[int]:
    """Everybody in service who may decide: to ring their bell."""
    supervising = select(Supervision.user_id).where(Supervision.department_id == matter.department_id)
    ranked = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.active,
            or_(
                UserRole.role.in_(ABOVE_ALL),
                (UserRole.role == RoleName.deputy_general_manager) & User.id.in_(supervising),
            ),
        )
    )
    return set(session().scalars(ranked)) - matter.parties - {matter.asked_by_id or 0}
