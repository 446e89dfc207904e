"""What comes of a complaint is linked to it: a violation that was noted from it, the letter that replies to it."""

from __future__ import annotations

from crm.complaints.cases.events import ComplaintReplyWritten
from crm.complaints.cases.models import LinkKind
from crm.complaints.links.service import link_known
from crm.violations.cases.events import ViolationNoted


def violation_noted(event: ViolationNoted) -> None:
    if event.complaint_id is not None:
        link_known(event.complaint_id, LinkKind.violation, event.violation_id)


def reply_written(event: ComplaintReplyWritten) -> None:
    link_known(event.complaint_id, LinkKind.letter, event.letter_id)
