"""What is written because of a violation, a letter out each: notice, stop of work, report to an authority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.correspondence.letters.models import Letter
from crm.correspondence.letters.service import send_letter
from crm.dates import business_day
from crm.errors import DomainError
from crm.violations.cases.events import ViolationLetterMade
from crm.violations.cases.models import Violation, ViolationPhotoStage
from crm.violations.cases.queries import KIND, photos_of
from crm.violations.cases.service.steps import STEPS, Said, subjects, tell
from crm.violations.types.models import ViolationType
from crm.web.templating import moment


class Form(StrEnum):
    notice = "notice"
    stop = "stop"
    report = "report"


FORM_TITLES = {
    Form.notice: _l("Violation notice"),
    Form.stop: _l("Notice to stop work"),
    Form.report: _l("Report of a violation"),
}
PICTURES = 4  # on a paper
KINDS = {Form.notice: "violation", Form.stop: "violation", Form.report: "other"}  # of letters.LETTER_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What the paper says, and by when it is to be put right, or looked at again."""

    wording: str
    clause: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """`doc_no`: their own number of it, where there is one already."""

    name: str
    address: str = ""
    doc_no: str = ""


class Told(Protocol):
    """What a paper tells of a violation."""

    @property
    def place(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def found_at(self) -> datetime: ...
    @property
    def type(self) -> ViolationType: ...


def serve(violation: Violation, demand: Demand, said: Said) -> Letter:
    """The notice gets its number and is printed; it counts as served when it has arrived. What was settled while it
    was void is not settled any more."""
    letter = _made(violation, Form.notice, "serve", demand)
    changes = {"wording": demand.wording, "clause": demand.clause, "due_on": demand.due_on, "letter_id": letter.id}
    anew: dict[str, Any] = dict.fromkeys(("served_at", "rectified_at", "warned_on", "settlement", "settled_at"))
    STEPS.take(violation, "serve", replace(said, note=letter.number), **changes, **anew)
    _tell_made(violation, letter, Form.notice, demand.due_on)
    return letter


def stop(violation: Violation, demand: Demand, said: Said) -> Letter:
    """The work stands still until somebody has looked again."""
    letter = _made(violation, Form.stop, "stop", demand)
    changes = {"due_on": demand.due_on, "letter_id": letter.id}
    anew: dict[str, Any] = dict.fromkeys(("served_at", "warned_on"))
    STEPS.take(violation, "stop", replace(said, note=letter.number), **changes, **anew)
    _tell_made(violation, letter, Form.stop, demand.due_on)
    tell(violation, "stop", said)
    return letter


def escalate(violation: Violation, authority: Authority, demand: Demand, said: Said) -> Letter:
    """A letter to the authority; the notice that counts with the customer stays the one it was."""
    letter = _made(violation, Form.report, "escalate", demand, authority)
    told = replace(said, reason=authority.name, note=" · ".join(filter(None, (letter.number, authority.doc_no))))
    STEPS.take(violation, "escalate", told, due_on=demand.due_on, warned_on=None)
    _tell_made(violation, letter, Form.report, demand.due_on)
    tell(violation, "escalate", told)
    return letter


def _made(violation: Violation, form: Form, action: str, demand: Demand, authority: Authority | None = None) -> Letter:
    """Raises before a number is taken where the step is not possible."""
    STEPS.hold_unchanged(violation)
    STEPS.expect(violation, action)
    if demand.due_on < business_day():
        raise DomainError(_("The day has passed. Write one that is still to come."))
    return _letter(violation, form, demand, authority)


def _letter(violation: Violation, form: Form, demand: Demand, authority: Authority | None = None) -> Letter:
    """Among the letters out; what it says is frozen. How it is brought is noted there."""
    with force_locale("zh_CN"):
        subject, words = f"{FORM_TITLES[form]} {violation.number}", body(violation, form, demand)
    return send_letter(
        violation.estate_id,
        KINDS[form],
        subject,
        words,
        about_kind=KIND,
        about_id=violation.id,
        summary=violation.found,
        further=printed(violation, form, demand, _shown(violation)),
        **_addressee(violation, authority),
    )


def _shown(violation: Violation) -> list[int]:
    """The latest few pictures of what was found."""
    return [photo.id for photo in photos_of(violation.id, ViolationPhotoStage.found)[-PICTURES:]]


def _addressee(violation: Violation, authority: Authority | None) -> dict[str, Any]:
    if authority:
        return {"party": authority.name, "address": authority.address, "doc_no": authority.doc_no}
    party = "" if violation.customer else violation.person
    return {"customer": violation.customer, "unit": violation.unit, "party": party}


def body(violation: Told, form: Form, demand: Demand) -> str:
    told = {"place": violation.place, "found": violation.found, "at": moment(violation.found_at)}
    what = _("On %(at)s we found at %(place)s: %(found)s", **told)
    clause = _("This is against %(clause)s.", clause=demand.clause) if demand.clause else ""
    until = _("Put it right by %(day)s; we look at it again then.", day=demand.due_on.isoformat())
    return "\n\n".join(filter(None, (what, demand.wording, clause, "" if form is Form.report else until)))


def printed(violation: Told, form: Form, demand: Demand, photo_ids: Sequence[int] = ()) -> dict[str, Any]:
    """What the form of its own has, whatever the violation says and shows later."""
    return {
        "form": form.value,
        "wording": demand.wording,
        "clause": demand.clause,
        "due_on": demand.due_on,
        "place": violation.place,
        "found": violation.found,
        "found_at": moment(violation.found_at),
        "type": violation.type.full_name,
        "photo_ids": list(photo_ids),
    }


def _tell_made(violation: Violation, letter: Letter, form: Form, due_on: date) -> None:
    to = (letter.content or {})["to"]
    record(
        ViolationLetterMade(
            letter_id=letter.id, form=form.value, letter=letter.number, to=to, due_on=due_on, **subjects(violation)
        )
    )
