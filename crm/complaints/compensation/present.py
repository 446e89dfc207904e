"""The compensations of a complaint, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for

from crm.auth.actor import actor
from crm.auth.permissions import Permission
from crm.complaints.cases.models import (
    COMPENSATING,
    COMPENSATION_KINDS,
    COMPENSATION_STATES,
    COMPENSATION_TONES,
    Compensation,
    CompensationState,
    Complaint,
)
from crm.complaints.compensation import queries, service
from crm.properties.parts import Part

TITLES = {"kind": COMPENSATION_KINDS, "state": COMPENSATION_STATES, "tone": COMPENSATION_TONES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensations:
    """`rows`: each with title and address of the steps the acting person can take. `given`: yuan altogether.

    `new_url`: "" where none can be asked for.
    """

    rows: Sequence[tuple[Compensation, Sequence[tuple[Any, str]]]]
    given: Decimal
    new_url: str
    titles: Any


def steps_of(compensation: Compensation) -> list[tuple[Any, str]]:
    return [
        (COMPENSATING[name].title, url_for(f"compensations.{name}", compensation_id=compensation.id))
        for name in service.offered(compensation)
    ]


def of_case(case: Complaint) -> Compensations:
    found = queries.compensations_of(case.id)
    asks = actor().may(Permission.complaint_handle) and not service.askable(case)
    return Compensations(
        rows=[(each, steps_of(each)) for each in found],
        given=sum((each.amount for each in found if each.state is CompensationState.given), Decimal(0)),
        new_url=url_for("compensations.new", complaint_id=case.id) if asks else "",
        titles=TITLES,
    )


PART = Part(
    permission=Permission.complaint_read, section=of_case, template="complaints/compensation/_compensations.html"
)
