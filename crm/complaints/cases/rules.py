"""How grave a complaint is, who decides at which level, and when it comes back. Pure."""

from __future__ import annotations

from crm.auth.permissions import Permission
from crm.complaints.cases.models import Channel, SeverityReason
from crm.complaints.categories.models import Severity

HIGHEST = 2
LEVELS = {  # who handles a case of that level
    0: Permission.complaint_handle,
    1: Permission.complaint_lead,
    2: Permission.complaint_decide,
}


def severity_of(category: Severity, channel: Channel, *, urgent: bool) -> tuple[Severity, SeverityReason]:
    """What comes through the public hotline is urgent: the authority counts the hours (property.md, complaints)."""
    if urgent:
        return Severity.urgent, SeverityReason.said
    if channel is Channel.hotline:
        return Severity.urgent, SeverityReason.hotline
    return category, SeverityReason.category


def first_level(*, repeated: bool) -> int:
    """A repeat begins one level up."""
    return 1 if repeated else 0


def level_up(level: int) -> int:
    return min(level + 1, HIGHEST)
