"""投诉答复函 YH-TS-02: what the letter says that tells a caller the result, and to whom it goes. Clause P-15."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from crm.complaints.cases.models import Complaint, ComplaintCaller
from crm.complaints.cases.queries import callers_of
from crm.dates import business_day_of
from crm.web.templating import day

FORM_NUMBER = "YH-TS-02"


def whom_to_write(case: Complaint) -> ComplaintCaller | None:
    """The first who gave a name and wants to be told; None where there is nobody."""
    return next((each for each in callers_of(case.id) if _can_be_told(each)), None)


def _can_be_told(caller: ComplaintCaller) -> bool:
    return caller.wants_word and not caller.anonymous and bool(caller.customer_id or caller.name)


def subject_of(case: Complaint) -> str:
    with force_locale("zh_CN"):
        return _("Reply to your complaint %(number)s", number=case.number)


def reply_body(case: Complaint, caller: ComplaintCaller, reply: str) -> str:
    """When it was received, what is replied, where to turn to; what others said is none of theirs."""
    told = {"day": day(business_day_of(case.received_at)), "number": case.number, "category": case.category.name}
    said = _words_of(case, caller)
    with force_locale("zh_CN"):
        parts = (
            _("On %(day)s you complained about: %(category)s (our number %(number)s).", **told),
            _("You said: %(words)s", words=said) if said else "",
            _("We have looked into it. Our reply:") + "\n" + reply,
            _("Should the matter not be settled, tell the service desk and name this number. We come back to it."),
        )
        return "\n\n".join(filter(None, parts))


def _words_of(case: Complaint, caller: ComplaintCaller) -> str:
    """The case has those of whoever came first."""
    return caller.words or (case.words if callers_of(case.id)[0].id == caller.id else "")
