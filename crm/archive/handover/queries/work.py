"""What waits for the acting person, as conditions over hand-overs: nothing is counted that one may not do (2.9)."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from crm.archive.credit.models import Project, RoleChange
from crm.archive.handover.authority import ABOVE_ALL
from crm.archive.handover.models import (
    AskState,
    Handover,
    HandoverState,
    LineState,
    Postponement,
    SupplementLine,
    SupplementList,
)
from crm.archive.handover.queries.authority import decider
from crm.archive.handover.queries.late import awaits_me
from crm.archive.handover.queries.standing import archivists
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission, RoleName

S = HandoverState
WITH_B = (S.with_b, S.supplementing, S.coded)
TO_PROVIDE = (S.preparing, S.with_b, S.supplementing)
WORK_TITLES: dict[str, LazyString] = {
    "prepare": _l("To prepare"),
    "audit": _l("To audit"),
    "supplement": _l("To supplement"),
    "confirm": _l("Supplements to confirm"),
    "receive": _l("To receive"),
    "approve": _l("To approve"),
}


def work() -> dict[str, ColumnElement[bool]]:
    """By the name of the work list; those apart that the acting person never has."""
    own = actor()
    lists: dict[str, ColumnElement[bool]] = {}
    if own.may(Permission.credit_prepare):
        mine, second = Project.a_id == own.user_id, Project.b_id == own.user_id
        lists["prepare"] = and_(mine, Handover.state == S.preparing, Project.ends_on.is_not(None))
        lists["audit"] = and_(second, Handover.state.in_(WITH_B))
        lists["supplement"] = and_(mine, Handover.state.in_(TO_PROVIDE), _has_line(LineState.open))
    if own.may(Permission.credit_read):
        lists["confirm"] = awaits_me()
    if own.may(Permission.dossier_keep):
        lists["receive"] = and_(Handover.state == S.checking, _may_receive())
    if own.may(Permission.archive_approve):
        lists["approve"] = and_(may_decide(), or_(_asked(), waivable()))
    return lists


def _has_line(*states: LineState) -> ColumnElement[bool]:
    lines = (
        select(SupplementLine.id)
        .join(SupplementList, SupplementList.id == SupplementLine.list_id)
        .where(SupplementList.handover_id == Handover.id, SupplementLine.state.in_(states))
    )
    return lines.exists()


def waivable() -> ColumnElement[bool]:
    return and_(Handover.state != S.filed, _has_line(LineState.open, LineState.provided))


def _asked() -> ColumnElement[bool]:
    """More time is asked for, by somebody else."""
    waiting = select(Postponement.id).where(
        Postponement.handover_id == Handover.id,
        Postponement.state == AskState.asked,
        Postponement.asked_by_id != actor().user_id,
    )
    return waiting.exists()


def _was_transferor() -> ColumnElement[bool]:
    """Whether the acting person is or was A or B."""
    me = actor().user_id
    changes = select(RoleChange.id).where(
        RoleChange.project_id == Project.id, or_(RoleChange.from_id == me, RoleChange.to_id == me)
    )
    return or_(Project.a_id == me, Project.b_id == me, changes.exists())


def _has_decided() -> ColumnElement[bool]:
    me = actor().user_id
    decided = select(Postponement.id).where(Postponement.handover_id == Handover.id, Postponement.decided_by_id == me)
    waived = (
        select(SupplementLine.id)
        .join(SupplementList, SupplementList.id == SupplementLine.list_id)
        .where(SupplementList.handover_id == Handover.id)
        .where(SupplementLine.state == LineState.waived, SupplementLine.decided_by_id == me)
    )
    return or_(decided.exists(), waived.exists())


def _may_receive() -> ColumnElement[bool]:
    """`Standing.plays(Party.archivist)` as a condition."""
    appointed = true() if actor().user_id in archivists() else false()
    return and_(appointed, ~_was_transferor(), ~_has_decided())


def may_decide() -> ColumnElement[bool]:
    """`authority.not_entitled` as a condition."""
    own = decider()
    if own.user_id in archivists():
        return false()
    if not ABOVE_ALL.isdisjoint(own.roles):
        return ~_was_transferor()
    if RoleName.deputy_general_manager not in own.roles:
        return false()
    of_a = select(User.department_id).where(User.id == Project.a_id).scalar_subquery()
    supervised = func.coalesce(Project.department_id, of_a).in_(own.supervises)
    return and_(supervised, ~_was_transferor())
