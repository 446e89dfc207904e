"""What is written because of a violation, a letter out each: the notice, the stop of work, the report to an authority;
and how it went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.log import record
from crm.correspondence.letters.models import WORKFLOW as LETTER_WORKFLOW
from crm.correspondence.letters.models import Direction, Letter, LetterDelivery, LetterState, LetterStep
from crm.correspondence.letters.numbers import take_numbers
from crm.correspondence.serving.models import SERVED, Arrival
from crm.correspondence.serving.served import Served, columns_of, fault_of
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.steps.taking import Steps
from crm.violations.cases.events import ViolationLetterBrought, ViolationLetterMade
from crm.violations.cases.models import ENDED, Violation
from crm.violations.cases.queries import KIND
from crm.violations.cases.service.steps import NOW, STEPS, Said, subjects, tell
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


class _LetterSteps(Steps[Letter, LetterStep]):
    model, row, owner, workflow = Letter, LetterStep, "letter_id", LETTER_WORKFLOW


LETTERS = _LetterSteps()


def serve(violation: Violation, demand: Demand, said: Said) -> Letter:
    """The notice gets its number and is printed; it counts as served when it has arrived."""
    letter = _made(violation, Form.notice, "serve", demand)
    changes = {"wording": demand.wording, "clause": demand.clause, "due_on": demand.due_on, "letter_id": letter.id}
    anew: dict[str, Any] = dict.fromkeys(("served_at", "rectified_at", "warned_on"))
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
    """Register it among the letters out; what it says is frozen. The one place that makes letters here."""
    with force_locale("zh_CN"):
        content = _content(violation, form, demand)
    [taken] = take_numbers(Direction.outgoing)
    whom = _addressee(violation, authority)
    letter = Letter(
        number_id=taken.id,
        number=taken.text,
        estate_id=violation.estate_id,
        direction=Direction.outgoing,
        kind=KINDS[form],
        unit_id=violation.unit_id,
        dated_on=business_day(),
        subject=content["subject"],
        summary=violation.found,
        content=content,
        about_kind=KIND,
        about_id=violation.id,
        state=LetterState.registered,
        registered_by=g.actor.name,
        registered_at=utc_now(),
        **whom,
    )
    session().add(letter)
    session().flush()
    LETTERS.follow(letter, "register", None)
    return letter


def _addressee(violation: Violation, authority: Authority | None) -> dict[str, Any]:
    if authority:
        return {"party": authority.name, "address": authority.address, "doc_no": authority.doc_no}
    return {"customer_id": violation.customer_id, "party": "" if violation.customer_id else violation.person}


def _content(violation: Violation, form: Form, demand: Demand) -> dict[str, Any]:
    """As the paper has it, whatever the violation says later."""
    told = {"place": violation.place, "found": violation.found, "at": moment(violation.found_at)}
    what = _("On %(at)s we found at %(place)s: %(found)s", **told)
    clause = _("This is against %(clause)s.", clause=demand.clause) if demand.clause else ""
    until = _("Put it right by %(day)s; we look at it again then.", day=demand.due_on.isoformat())
    return {
        "form": form.value,
        "subject": f"{FORM_TITLES[form]} {violation.number}",
        "body": "\n".join(filter(None, (what, demand.wording, clause, "" if form is Form.report else until))),
        "wording": demand.wording,
        "clause": demand.clause,
        "due_on": demand.due_on.isoformat(),
        "place": violation.place,
        "found": violation.found,
        "found_at": told["at"],
        "type": violation.type.full_name,
        "to": violation.customer.name if violation.customer else violation.person,
        "day": business_day().isoformat(),
        "signed_by": violation.estate.company or violation.estate.name,
    }


def _tell_made(violation: Violation, letter: Letter, form: Form, due_on: date) -> None:
    to = letter.party or (letter.content or {}).get("to", "")
    record(
        ViolationLetterMade(
            letter_id=letter.id, form=form.value, letter=letter.number, to=to, due_on=due_on, **subjects(violation)
        )
    )


def bring(violation: Violation, letter: Letter, served: Served, key: str | None) -> LetterDelivery | None:
    """How the letter went; None where this form has said so already. Raises `DomainError` where it proves nothing."""
    LETTERS.hold(letter)  # before the violation, as whoever brings it from the register holds them
    STEPS.hold(violation)
    if LETTERS.is_repeat(letter, key):
        return None
    if violation.state in ENDED:
        raise DomainError(_("%(number)s is over.", number=violation.number))
    if reason := fault_of(letter.dated_on, served):
        raise DomainError(reason)
    delivery = LetterDelivery(letter_id=letter.id, **columns_of(served))
    session().add(delivery)
    session().flush()
    at = _follow(letter, served, key)
    if served.arrival in SERVED and letter.id == violation.letter_id:
        violation.served_at = at
        session().flush()
    _tell_brought(violation, letter, served)
    return delivery


def letter_brought(violation_id: int, letter_id: int) -> None:
    """What the register of letters says of the notice that counts: when it arrived, or that it did not after all."""
    violation = session().get(Violation, violation_id)
    if violation is None:
        return
    STEPS.hold(violation)
    if violation.letter_id == letter_id and violation.state not in ENDED:
        violation.served_at = session().get_one(Letter, letter_id).served_at
        session().flush()


def _follow(letter: Letter, served: Served, key: str | None) -> Any:
    """What came of it, as the letter's own steps say it."""
    said = Said(note=served.person or served.tracking, key=key)
    if served.arrival in SERVED:
        return LETTERS.take(letter, "serve", said, served_at=NOW)
    if served.arrival is Arrival.on_its_way:
        return LETTERS.take(letter, "send", said, sent_at=NOW)
    if letter.state is not LetterState.sent:
        LETTERS.take(letter, "send", Said(), sent_at=NOW)
    return LETTERS.take(letter, "come_back", said)


def _tell_brought(violation: Violation, letter: Letter, served: Served) -> None:
    record(
        ViolationLetterBrought(
            letter_id=letter.id,
            letter=letter.number,
            channel=served.channel.value,
            arrival=served.arrival.value,
            delivered_on=served.delivered_on,
            person=served.person,
            witness=served.witness,
            **subjects(violation),
        )
    )
