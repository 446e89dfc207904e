"""What somebody complains about becomes a case: its number, how grave it is, at which level it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from crm.audit.log import record
from crm.auth.models import User
from crm.complaints.cases.events import (
    ComplaintCallerNoted,
    ComplaintClassified,
    ComplaintEscalated,
    ComplaintReceived,
)
from crm.complaints.cases.figures import CALLBACK_DAYS, REPEAT_DAYS
from crm.complaints.cases.models import OURS, SETTLED, About, Channel, Complaint, ComplaintCaller, ComplaintState
from crm.complaints.cases.queries import complained_by
from crm.complaints.cases.rules import first_level, severity_of
from crm.complaints.cases.service.steps import STEPS, Said, named_callers, subjects
from crm.complaints.categories.models import ComplaintCategory
from crm.dates import beginning_of, business_day, utc_now
from crm.db import session
from crm.errors import DomainError, IllegalTransition, UsedElsewhere
from crm.numbering import Taken, take_all
from crm.phones import mask_phone
from crm.properties.models import Estate, PublicArea, Unit
from crm.tenants.queries import kept_ids

SERIES, PATTERN = "投诉", "T{year}-{serial:04d}"
REPEAT = "repeat"  # the cause of a case that begins one level up


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who complains: a customer's file, or a name, or nobody who wants to be named."""

    customer_id: int | None = None
    unit_id: int | None = None
    name: str = ""
    digits: str = ""
    anonymous: bool = False
    wants_word: bool = True
    channel: Channel = Channel.phone
    words: str = ""
    call_id: int | None = None
    key: str | None = None

    @property
    def file_id(self) -> int | None:
        """The customer's file, for whatever everybody sees: an anonymous caller has none."""
        return None if self.anonymous else self.customer_id

    @property
    def can_be_asked(self) -> bool:
        """Whether somebody can be called back about it."""
        return self.wants_word and not self.anonymous and bool(self.customer_id or self.digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complained:
    """What is said. One of unit and public area, or in words where it is (`spot`), or no place at all."""

    category: ComplaintCategory
    words: str
    about: About = About.service
    wish: str = ""
    urgent: bool = False
    spot: str = ""
    unit: Unit | None = None
    public_area: PublicArea | None = None
    about_customer_id: int | None = None
    about_user_id: int | None = None
    contractor: str = ""
    hotline_number: str = ""


def find_received(key: str | None) -> Complaint | None:
    """What a form with this key has entered already."""
    return session().scalars(select(Complaint).filter_by(key=key)).one_or_none() if key else None


def receive(estate_id: int, complained: Complained, caller: Caller) -> Complaint:
    """Entered once however often the form is sent. Never refused for what the customer owes."""
    if caller.key:  # sent twice at once, the second waits and finds the first
        session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))
    if standing := find_received(caller.key):
        if standing.estate_id != estate_id:
            raise UsedElsewhere
        return standing
    repeated = repeated_case(complained, caller, estate_id)
    severity, why = severity_of(complained.category.severity, caller.channel, urgent=complained.urgent)
    case = Complaint(
        state=ComplaintState.received,
        estate_id=estate_id,
        key=caller.key,
        customer_id=caller.file_id,
        channel=caller.channel,
        severity=severity,
        severity_reason=why,
        level=first_level(repeated=repeated is not None),
        repeat_of_id=repeated.id if repeated else None,
        wants_callback=caller.can_be_asked,
        received_at=utc_now(),
        received_by_id=g.actor.user_id,
        received_by=g.actor.name,
        **_numbered(),
        **_about(complained),
    )
    session().add(case)
    session().flush()
    _add(case, caller)
    STEPS.follow(case, "receive", None, Said(note=complained.words, at=case.received_at))
    _tell(case, complained, caller, repeated)
    return case


def _tell(case: Complaint, complained: Complained, caller: Caller, repeated: Complaint | None) -> None:
    record(
        ComplaintReceived(
            estate_id=case.estate_id,
            category=complained.category.name,
            severity=case.severity.value,
            channel=case.channel.value,
            masked=_masked(caller),
            **subjects(case),
        )
    )
    if repeated:
        record(ComplaintEscalated(level=case.level, cause=REPEAT, **subjects(case)))


def _masked(caller: Caller) -> str:
    return mask_phone(caller.digits) if caller.digits and not caller.anonymous else ""


def _numbered() -> dict[str, Any]:
    [taken] = take_numbers(1)
    return {"number_id": taken.id, "number": taken.text}


def take_numbers(count: int) -> list[Taken]:
    """Gapless by month: T2611-0014."""
    day = business_day()
    return take_all(SERIES, PATTERN, year=day.year % 100 * 100 + day.month, count=count)


def _about(complained: Complained) -> dict[str, Any]:
    place = complained.unit or complained.public_area
    return {
        "category_id": complained.category.id,
        "about": complained.about,
        "about_department_id": _department_of(complained),
        "about_user_id": complained.about_user_id,
        "about_customer_id": complained.about_customer_id,
        "contractor": complained.contractor,
        "words": complained.words,
        "wish": complained.wish,
        "spot": complained.spot,
        "building_id": place.building_id if place else None,
        "unit_id": complained.unit.id if complained.unit else None,
        "public_area_id": complained.public_area.id if complained.public_area else None,
        "hotline_number": complained.hotline_number,
    }


def _department_of(complained: Complained) -> int | None:
    """Of the person it is about: the category's is only what such a thing is usually about. None for a neighbour."""
    if complained.about is About.neighbour:
        return None
    person = session().get_one(User, complained.about_user_id) if complained.about_user_id else None
    return (person.department_id if person else None) or complained.category.department_id


def repeated_case(complained: Complained, caller: Caller, estate_id: int) -> Complaint | None:
    """The latest case of the same category, by the same customer or at the same place, that was settled not long ago:
    closed, or called back with the customer content."""
    who = [complained_by(caller.file_id)] if caller.file_id else []
    where = [Complaint.unit_id == complained.unit.id] if complained.unit else []
    if complained.public_area:
        where.append(Complaint.public_area_id == complained.public_area.id)
    if not who and not where:
        return None
    since = beginning_of(business_day()) - timedelta(days=REPEAT_DAYS.on(business_day()))
    same = Complaint.estate_id == estate_id, Complaint.category_id == complained.category.id
    settled = func.coalesce(Complaint.closed_at, Complaint.replied_at)
    found = select(Complaint).where(*same, or_(*who, *where), Complaint.state.in_(SETTLED), settled >= since)
    return session().scalars(found.order_by(settled.desc(), Complaint.id.desc()).limit(1)).one_or_none()


def caller_hindrance(case: Complaint) -> str:
    """Why nobody can be noted with the case any more, or ""."""
    return "" if case.state in OURS else _("%(number)s is over: take a new complaint.", number=case.number)


def note_caller(case: Complaint, caller: Caller) -> ComplaintCaller:
    """One more who complains of the same; sent twice, once. The case itself stays as it is, whoever may be asked."""
    STEPS.hold(case)
    if standing := _find_caller(caller.key):
        if standing.complaint_id != case.id:
            raise UsedElsewhere
        return standing
    if reason := caller_hindrance(case):
        raise IllegalTransition(reason)
    if caller.file_id and kept_ids([caller.file_id]) & kept_ids(named_callers(case)):
        raise DomainError(_("This customer is among the callers already: note that the customer called again."))
    made = _add(case, caller)
    ask_also(case, wanted=caller.can_be_asked)
    session().flush()
    record(
        ComplaintCallerNoted(
            complaint_caller_id=made.id,
            channel=caller.channel.value,
            masked=_masked(caller),
            **(subjects(case) | {"customer_ids": [caller.file_id] if caller.file_id else []}),
        )
    )
    return made


def answer_under(case: Complaint, hotline_number: str) -> None:
    """The hotline's own number for a case that has none yet. In no caller's file: it is only one's."""
    if not hotline_number or case.hotline_number:
        return
    case.hotline_number = hotline_number
    session().flush()
    nobody: dict[str, Any] = {"customer_ids": [], "unit_id": None}
    record(ComplaintClassified(changes={"hotline_number": ["", hotline_number]}, **(subjects(case) | nobody)))


def ask_also(case: Complaint, *, wanted: bool) -> None:
    """Somebody more wants to hear what came of it: where the reply is given already, the call-back is due from now."""
    if not wanted or case.wants_callback:
        return
    case.wants_callback = True
    if case.state is ComplaintState.replied and case.callback_due_on is None:
        case.callback_due_on = business_day() + timedelta(days=CALLBACK_DAYS.on(business_day()))


def _find_caller(key: str | None) -> ComplaintCaller | None:
    wanted = select(ComplaintCaller).filter_by(key=f"{key}-caller")
    return session().scalars(wanted).one_or_none() if key else None


def _add(case: Complaint, caller: Caller) -> ComplaintCaller:
    made = ComplaintCaller(
        complaint_id=case.id,
        customer_id=caller.customer_id,
        unit_id=caller.unit_id,
        name=caller.name,
        digits=caller.digits,
        tail=caller.digits[-4:],
        anonymous=caller.anonymous,
        wants_word=caller.wants_word,
        channel=caller.channel,
        words=caller.words,
        call_id=caller.call_id,
        key=f"{caller.key}-caller" if caller.key else None,
        noted_by=g.actor.name,
        noted_at=utc_now(),
    )
    session().add(made)
    session().flush()
    return made
