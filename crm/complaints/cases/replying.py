"""投诉答复函 YH-TS-02: what the letter says that tells a caller the result, and to whom it goes. Clause P-15."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from crm.complaints.cases.models import Channel, Complaint, ComplaintCaller, ComplaintLink, LinkKind
from crm.complaints.cases.queries import callers_of
from crm.correspondence.letters.models import Direction, Letter
from crm.correspondence.letters.queries import WAITING
from crm.dates import business_day_of
from crm.db import session
from crm.tenants.queries import in_same_file
from crm.web.templating import day

FORM_NUMBER = "YH-TS-02"


def whom_to_write(case: Complaint) -> ComplaintCaller | None:
    """The first who gave a name and wants to be told; None where there is nobody."""
    return next((each for each in callers_of(case.id) if _can_be_told(each)), None)


def _can_be_told(caller: ComplaintCaller) -> bool:
    return caller.wants_word and not caller.anonymous and bool(caller.customer_id or caller.name)


def letter_to_answer(case: Complaint, caller: ComplaintCaller) -> Letter | None:
    """The oldest that came in from this caller, is linked to the case and waits for an answer."""
    linked = select(ComplaintLink.thing_id).filter_by(complaint_id=case.id, kind=LinkKind.letter)
    named = and_(Letter.customer_id.is_(None), Letter.party == caller.called)
    theirs = or_(named, in_same_file(Letter.customer_id, caller.customer_id)) if caller.customer_id else named
    waiting = Letter.direction == Direction.incoming, Letter.state.in_(WAITING)
    found = select(Letter).where(Letter.id.in_(linked), theirs, *waiting)
    return session().scalars(found.order_by(Letter.id).limit(1)).one_or_none()


def _hotline_of(case: Complaint, caller: ComplaintCaller) -> str:
    """The number that the hotline told, for the first who came through it, or the only caller, who may have turned to
    it later: nobody else hears that somebody did."""
    callers = callers_of(case.id)
    through = [each for each in callers if each.channel is Channel.hotline]
    whose = through[0] if through else callers[0] if len(callers) == 1 else None
    return case.hotline_number if whose and whose.id == caller.id else ""


def subject_of(case: Complaint, caller: ComplaintCaller) -> str:
    with force_locale("zh_CN"):
        if hotline := _hotline_of(case, caller):
            under = {"number": case.number, "hotline": hotline}
            return _("Reply to your complaint %(number)s (number of the hotline: %(hotline)s)", **under)
        return _("Reply to your complaint %(number)s", number=case.number)


def reply_body(case: Complaint, caller: ComplaintCaller, reply: str) -> str:
    """When it was received, under which numbers, what is replied, where to turn to; what others said is none of
    theirs."""
    hotline = _hotline_of(case, caller)
    told = {"day": day(business_day_of(case.received_at)), "number": case.number, "category": case.category.name}
    said = _words_of(case, caller)
    with force_locale("zh_CN"):
        parts = (
            _("On %(day)s you complained about: %(category)s (our number %(number)s).", **told),
            _("The hotline's number for it: %(hotline)s", hotline=hotline) if hotline else "",
            _("You said: %(words)s", words=said) if said else "",
            _("We have looked into it. Our reply:") + "\n" + reply,
            _("Should the matter not be settled, tell the service desk and name this number. We come back to it."),
        )
        return "\n\n".join(filter(None, parts))


def _words_of(case: Complaint, caller: ComplaintCaller) -> str:
    """The case has those of whoever came first."""
    return caller.words or (case.words if callers_of(case.id)[0].id == caller.id else "")
