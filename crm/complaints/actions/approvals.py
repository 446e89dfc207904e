"""Corrective actions said to be done, that wait for somebody else to verify them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.models import User
from crm.auth.permissions import Permission
from crm.complaints.actions.queries import ACTION, IN_STATE
from crm.complaints.cases.models import ActionState, Complaint
from crm.complaints.cases.queries import not_about_me
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    me = actor().user_id
    return (
        waits(
            key=ACTION.complaint_id,
            about=Complaint.number + " " + ACTION.what,
            asked_by=User.full_name,
            asked_at=ACTION.done_at,
            estate_id=Complaint.estate_id,
        )
        .join(Complaint, Complaint.id == ACTION.complaint_id)
        .join(User, User.id == ACTION.done_by_id)
        .where(IN_STATE[ActionState.done], not_about_me())
        .where(ACTION.done_by_id.is_distinct_from(me), ACTION.owner_id.is_distinct_from(me))
    )


ACTIONS = Approvals(
    name="corrective_action",
    title=_l("Corrective action to verify"),
    permission=Permission.complaint_lead,
    waiting=_waiting,
    page=lambda key: url_for("complaints.show", complaint_id=key),
)
