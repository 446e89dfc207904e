"""Notices that another drafted and that wait to be issued."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.correspondence.notices.models import Notice, NoticeState
from crm.steps.approvals import Approvals, waits


def _waiting() -> Select[*tuple[Any, ...]]:
    return waits(
        key=Notice.id,
        about=Notice.subject,
        asked_by=Notice.drafted_by,
        asked_at=Notice.drafted_at,
        estate_id=Notice.estate_id,
    ).where(Notice.state == NoticeState.draft, Notice.drafted_by_id.is_distinct_from(actor().user_id))


NOTICES = Approvals(
    name="notice",
    title=_l("Notice to issue"),
    permission=Permission.notice_issue,
    waiting=_waiting,
    page=lambda key: url_for("notices.show", household_notice_id=key),
)
