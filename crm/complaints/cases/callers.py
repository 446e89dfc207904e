"""The callers of a case as its page shows them: an anonymous one is somebody, unless one may see numbers in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import select

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.cases.models import ADDRESS, CHANNEL_TITLES, Complaint, ComplaintCaller
from crm.complaints.cases.queries import callers_of
from crm.complaints.cases.service.registering import caller_hindrance
from crm.db import session
from crm.phones import mask_phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """`customer_id` and `unit_id`: their pages, None for whoever is not to know; `joined_from`: the number of the case
    that the caller came with."""

    id: int
    name: str
    anonymous: bool
    customer_id: int | None
    unit: str
    unit_id: int | None
    masked: str
    channel: Any
    words: str
    wants_word: bool
    noted_by: str
    noted_at: datetime
    joined_from: str
    joined_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """`new_url`: the form of one more, "" where none can be noted or may be."""

    callers: Sequence[Shown]
    new_url: str


def shown_callers(case: Complaint) -> Callers:
    rows = callers_of(case.id)
    came_with = _numbers([row.joined_from_id for row in rows if row.joined_from_id])
    may = actor().may(Permission.complaint_log) and not caller_hindrance(case)
    return Callers(
        callers=[_shown(row, came_with) for row in rows],
        new_url=url_for("complaint_intake.add_caller", complaint_id=case.id) if may else "",
    )


def _numbers(ids: Sequence[int]) -> dict[int, str]:
    found = select(Complaint.id, Complaint.number).where(Complaint.id.in_(ids))
    return {row.id: row.number for row in session().execute(found)} if ids else {}


def _shown(row: ComplaintCaller, came_with: dict[int, str]) -> Shown:
    hidden = row.anonymous and not actor().may(Permission.customer_reveal)
    name = row.name or (row.customer.name if row.customer else "")
    return Shown(
        id=row.id,
        name="" if hidden else name,
        anonymous=row.anonymous,
        customer_id=None if hidden else row.customer_id,
        unit=row.unit.label if row.unit and not hidden else "",
        unit_id=None if hidden else row.unit_id,
        masked=mask_phone(row.digits) if row.digits and not hidden else "",
        channel=CHANNEL_TITLES[row.channel],
        words=row.words,
        wants_word=row.wants_word and not row.anonymous,
        noted_by=row.noted_by,
        noted_at=row.noted_at,
        joined_from=came_with.get(row.joined_from_id or 0, ""),
        joined_url=ADDRESS.format(row.joined_from_id) if row.joined_from_id else "",
    )
