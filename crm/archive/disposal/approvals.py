"""Destruction lists that wait for the general manager or the chairman."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists

from crm.archive.disposal.models import DisposalLine, DisposalList, DisposalState, Opinion
from crm.archive.disposal.queries import visible
from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    member = exists().where(
        DisposalLine.list_id == DisposalList.id,
        Opinion.line_id == DisposalLine.id,
        Opinion.given_by_id == actor().user_id,
    )
    return waits(
        key=DisposalList.id,
        about=DisposalList.number + " " + DisposalList.title,
        asked_by=DisposalList.proposed_by,
        asked_at=DisposalList.proposed_at,
        estate_id=DisposalList.estate_id,
    ).where(
        DisposalList.state == DisposalState.appraised,
        DisposalList.proposed_by_id.is_distinct_from(actor().user_id),
        ~member,
        visible(),
    )


DISPOSALS = Approvals(
    name="disposal",
    title=_l("Destruction list"),
    permission=Permission.disposal_approve,
    waiting=_waiting,
    page=lambda key: url_for("disposal.show", disposal_list_id=key),
)
