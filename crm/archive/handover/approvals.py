"""Postponements that are asked for; and what holds a hand-over up past its due date, to be waived or postponed."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from crm.archive.credit.models import Project
from crm.archive.credit.queries import visible
from crm.archive.handover.models import AskState, Handover, Postponement, SupplementList
from crm.archive.handover.queries.lists import in_time
from crm.archive.handover.queries.work import may_decide, waivable
from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.dates import business_day
from crm.steps.approvals import Approvals, waits

Asker = aliased(User)  # who may decide asks for A's account


def _postponements() -> Select[*tuple[Any, ...]]:
    return (
        waits(
            key=Postponement.id,
            about=Project.title,
            asked_by=Asker.full_name,
            asked_at=Postponement.asked_at,
        )
        .join(Handover, Handover.id == Postponement.handover_id)
        .join(Project, Project.id == Handover.project_id)
        .join(Asker, Asker.id == Postponement.asked_by_id)
        .where(Postponement.state == AskState.asked, Postponement.asked_by_id.is_distinct_from(actor().user_id))
        .where(visible(), may_decide())
    )


def _missing() -> Select[*tuple[Any, ...]]:
    """Nobody asks for a waiver: whoever is above sees what holds a hand-over up once its day has passed."""
    last = select(func.max(SupplementList.id)).where(SupplementList.handover_id == Handover.id)
    return (
        waits(
            key=Handover.id,
            about=Project.title,
            asked_by=Asker.full_name,
            asked_at=SupplementList.issued_at,
        )
        .join(Project, Project.id == Handover.project_id)
        .join(SupplementList, SupplementList.id == last.correlate(Handover).scalar_subquery())
        .join(Asker, Asker.id == SupplementList.issued_by_id)
        .where(waivable(), in_time("late", business_day()), visible(), may_decide())
    )


POSTPONEMENTS = Approvals(
    name="postponement",
    title=_l("More time for a hand-over"),
    permission=Permission.archive_approve,
    waiting=_postponements,
    page=lambda key: url_for("handover.postponement", postponement_id=key),
)
MISSING = Approvals(
    name="supplement",
    title=_l("Hand-over late, documents missing"),
    permission=Permission.archive_approve,
    waiting=_missing,
    page=lambda key: url_for("handover.show", handover_id=key),
)
