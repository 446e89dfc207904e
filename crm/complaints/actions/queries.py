"""Corrective actions kept inside the acting person's estates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from crm.auth.actor import within
from crm.auth.models import User
from crm.complaints.cases.models import ActionState, Complaint, CorrectiveAction
from crm.complaints.categories.models import ComplaintCategory
from crm.db import session
from crm.properties.models import Estate
from crm.properties.queries import in_chosen_estate

ACTION = CorrectiveAction
IN_STATE: dict[ActionState, ColumnElement[bool]] = {  # as `CorrectiveAction.state` has it
    ActionState.open: and_(ACTION.done_at.is_(None), ACTION.dropped_at.is_(None)),
    ActionState.done: and_(ACTION.done_at.is_not(None), ACTION.verified_at.is_(None), ACTION.dropped_at.is_(None)),
    ActionState.verified: and_(ACTION.verified_at.is_not(None), ACTION.dropped_at.is_(None)),
    ActionState.dropped: ACTION.dropped_at.is_not(None),
}
UNSETTLED = or_(IN_STATE[ActionState.open], IN_STATE[ActionState.done])


def is_overdue(day: date) -> ColumnElement[bool]:
    return IN_STATE[ActionState.open] & (ACTION.due_on < day)


def actions() -> Select[*tuple[Any, ...]]:
    """Each of the chosen estates with its case and whose it is."""
    return (
        select(
            ACTION,
            Complaint.number,
            Estate.name.label("estate"),
            ComplaintCategory.name.label("category"),
            User.full_name.label("owner"),
        )
        .join(Complaint, Complaint.id == ACTION.complaint_id)
        .join(Estate, Estate.id == Complaint.estate_id)
        .join(ComplaintCategory, ComplaintCategory.id == Complaint.category_id)
        .join(User, User.id == ACTION.owner_id)
        .where(in_chosen_estate(Complaint.estate_id))
    )


def owner_names() -> dict[int, str]:
    """Whoever has or had one, in the order of the names."""
    here = exists().where(ACTION.owner_id == User.id, Complaint.id == ACTION.complaint_id, within(Complaint.estate_id))
    found = select(User.id, User.full_name).where(here)
    return {row.id: row.full_name for row in session().execute(found.order_by(User.full_name, User.id))}


def get_action(corrective_action_id: int) -> CorrectiveAction:
    """With its case and whose it is. 404 outside the person's estates."""
    found = select(ACTION).join(Complaint).where(ACTION.id == corrective_action_id, within(Complaint.estate_id))
    whole = found.options(joinedload(ACTION.complaint), joinedload(ACTION.owner))
    return session().scalars(whole).one_or_none() or abort(404)


def actions_of(complaint_id: int) -> Sequence[CorrectiveAction]:
    """With their case and whose they are, in the order they were agreed on."""
    found = select(ACTION).where(ACTION.complaint_id == complaint_id).order_by(ACTION.id)
    return session().scalars(found.options(joinedload(ACTION.complaint), joinedload(ACTION.owner))).all()
