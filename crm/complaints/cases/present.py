"""The callers of a case as pages show them, and the complaints of a customer or of a unit where others show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.actor import actor, within
from crm.auth.permissions import Permission
from crm.complaints.cases import queries
from crm.complaints.cases.models import ADDRESS, ASKED, CHANNEL_TITLES, STATE_TITLES, STATE_TONES, About, Complaint
from crm.complaints.cases.service.registering import caller_hindrance
from crm.complaints.cases.wording import left_in_words, tone_of
from crm.dates import business_day, utc_now
from crm.db import session
from crm.phones import mask_phone
from crm.properties.models import Unit
from crm.properties.parts import Part
from crm.tenants.models import Customer
from crm.tenants.queries import in_file
from crm.tenants.tabs import Tab

SHOWN = 100  # the latest; the list of complaints has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLine:
    """`number` masked; `number_url`: where it is shown in full, "" for whoever may not. Of an anonymous one nothing."""

    id: int
    name: str
    customer_id: int | None
    unit: str
    unit_id: int | None
    number: str
    number_url: str
    anonymous: bool
    can_be_asked: bool
    left_to_ask: bool  # whether it is settled, since the reply
    channel: Any
    words: str
    noted_by: str
    noted_at: Any
    joined_from: str  # the number of the case that the caller came with
    joined_url: str


def caller_lines(case: Complaint) -> list[CallerLine]:
    day, reveals = business_day(), actor().may(Permission.customer_reveal)
    callers, lines = queries.callers_of(case.id), []
    numbers = queries.numbers_of(callers, day)
    left = {each.id for each, _tries in queries.unasked_of(case.id)} if case.state in ASKED else set()
    came_with = queries.names_of_cases([each.joined_from_id for each in callers if each.joined_from_id])
    for caller in callers:
        number, named = numbers[caller.id], not caller.anonymous
        customer, unit = (caller.customer, caller.unit) if named else (None, None)
        revealed = reveals and bool(number or not named)
        lines.append(
            CallerLine(
                id=caller.id,
                name=caller.called if named else _("Anonymous"),
                customer_id=customer.id if customer else None,
                unit=unit.label if unit else "",
                unit_id=unit.id if unit else None,
                number=mask_phone(number) if number else "",
                number_url=url_for("complaints.number", complaint_caller_id=caller.id) if revealed else "",
                anonymous=caller.anonymous,
                can_be_asked=caller.can_be_asked,
                left_to_ask=caller.id in left,
                channel=CHANNEL_TITLES[caller.channel],
                words=caller.words,
                noted_by=caller.noted_by,
                noted_at=caller.noted_at,
                joined_from=came_with.get(caller.joined_from_id or 0, ""),
                joined_url=ADDRESS.format(caller.joined_from_id) if caller.joined_from_id else "",
            )
        )
    return lines


def caller_form(case: Complaint) -> str:
    """The form of one more caller, "" where none can be noted or for whoever takes none."""
    if caller_hindrance(case) or not actor().may(Permission.complaint_log):
        return ""
    return url_for("complaint_intake.add_caller", complaint_id=case.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    row: Any
    url: str
    place: str
    words: str  # "" where they would say who complains
    state: Any
    tone: str
    left: str
    left_tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Open ones first, then the latest; `about`: those about the customer. `new_url`: "" for whoever takes none."""

    cases: Sequence[Case]
    about: Sequence[Case]
    new_url: str


def of_customer(customer: Customer) -> Cases:
    """What the customer complains about; of what others complain about the customer no word and no place."""
    about = _cases(in_file(Complaint.about_customer_id, customer.id), hides=lambda _row: True)
    return Cases(
        cases=_cases(queries.complained_by(customer.id), hides=lambda _row: False),
        about=about,
        new_url=_new_url(customer_id=customer.id),
    )


def of_unit(unit: Unit) -> Cases:
    """Of neighbours who are complained about no word: the unit may be theirs."""
    here = _cases(Complaint.unit_id == unit.id, hides=lambda row: row.about is About.neighbour)
    return Cases(cases=here, about=(), new_url=_new_url(unit_id=unit.id))


def _new_url(**about: Any) -> str:
    return url_for("complaint_intake.new", **about) if actor().may(Permission.complaint_log) else ""


def _cases(condition: Any, *, hides: Callable[[Any], bool]) -> list[Case]:
    found = queries.cases(within(Complaint.estate_id)).where(condition)
    latest = found.order_by(queries.IS_OURS.desc(), Complaint.received_at.desc(), Complaint.id.desc())
    now = utc_now()
    return [_case(row, now, hidden=hides(row)) for row in session().execute(latest.limit(SHOWN))]


def _case(row: Any, now: Any, *, hidden: bool) -> Case:
    return Case(
        row=row,
        url=ADDRESS.format(row.id),
        place="" if hidden else queries.place_of(row),
        words="" if hidden else row.words,
        state=STATE_TITLES[row.state],
        tone=STATE_TONES[row.state],
        left=left_in_words(row, now),
        left_tone=tone_of(row, now),
    )


TAB = Tab(
    name="complaints",
    title=_l("Complaints"),
    permission=Permission.complaint_read,
    section=of_customer,
    template="complaints/_of.html",
)
UNIT = Part(permission=Permission.complaint_read, section=of_unit, template="complaints/_of.html")
