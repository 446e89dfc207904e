"""The verbs of notices: draft, issue, reach the households, end."""

from __future__ import annotations

from crm.correspondence.notices.service.delivering import (
    Reached,
    bring_many,
    find_entered,
    note,
    take_back,
    take_back_hindrance,
)
from crm.correspondence.notices.service.drafting import Draft, change, draft, drop, find_drafted
from crm.correspondence.notices.service.ending import end, withdraw
from crm.correspondence.notices.service.issuing import OthersNow, issue
from crm.correspondence.notices.service.mailing import mail_failed, mail_sent, post_notice
from crm.correspondence.notices.service.reading import note_reading
from crm.correspondence.notices.service.steps import STEPS

__all__ = [
    "STEPS",
    "Draft",
    "OthersNow",
    "Reached",
    "bring_many",
    "change",
    "draft",
    "drop",
    "end",
    "find_drafted",
    "find_entered",
    "issue",
    "mail_failed",
    "mail_sent",
    "note",
    "note_reading",
    "post_notice",
    "take_back",
    "take_back_hindrance",
    "withdraw",
]
