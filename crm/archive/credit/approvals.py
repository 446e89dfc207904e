"""Projects applied for, for whoever is of the rank to decide about their sum."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, false, select, true

from crm.archive.credit.models import Project, ProjectState
from crm.archive.credit.queries import visible
from crm.archive.credit.ranks import DEPUTY_LIMIT, MANAGER_LIMIT
from crm.auth.actor import actor
from crm.auth.models import Supervision
from crm.auth.permissions import Permission, RoleName
from crm.dates import business_day
from crm.steps.approvals import Approvals, waits


def _of_rank() -> ColumnElement[bool]:
    """`ranks.may_approve` in SQL."""
    me, day = actor(), business_day()
    if RoleName.chairman in me.roles:
        return true()
    if RoleName.general_manager in me.roles:
        return Project.amount <= MANAGER_LIMIT.on(day)
    if RoleName.deputy_general_manager not in me.roles:
        return false()
    own = select(Supervision.department_id).where(Supervision.user_id == me.user_id)
    return and_(Project.department_id.in_(own), Project.amount <= DEPUTY_LIMIT.on(day))


def _of_others(state: ProjectState) -> Select[*tuple[Any, ...]]:
    """Neither A nor B of a project decides about it."""
    me, entered = actor().user_id, {"asked_by": Project.entered_by, "asked_at": Project.entered_at}
    found = waits(key=Project.id, about=Project.title, amount=Project.amount, **entered)
    others = Project.a_id.is_distinct_from(me), Project.b_id.is_distinct_from(me)
    return found.where(Project.state == state, visible(), *others)


def _waiting() -> Select[*tuple[Any, ...]]:
    return _of_others(ProjectState.applied).where(_of_rank())


def _settled() -> Select[*tuple[Any, ...]]:
    """Not of what was taken over settled: of these it is asked at the first title document that goes back."""
    own = Project.imported_as.is_(None), Project.settlement_checked_at.is_(None)
    return _of_others(ProjectState.settled).where(*own)


SETTLEMENTS = Approvals(
    name="settlement",
    title=_l("Settlements to be confirmed"),
    permission=Permission.credit_approve,
    waiting=_settled,
    page=lambda key: url_for("credit.check_settlement", project_id=key),
)
PROJECTS = Approvals(
    name="project",
    title=_l("Loan or guarantee applied for"),
    permission=Permission.credit_approve,
    waiting=_waiting,
    page=lambda key: url_for("credit.project", project_id=key),
)
