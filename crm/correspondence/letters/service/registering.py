"""A letter gets its number: one that came in, or one of ours. Clauses P-12, P-17."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.correspondence.letters.content import Written, fault_of, frozen
from crm.correspondence.letters.events import LetterRegistered
from crm.correspondence.letters.models import Direction, Letter, LetterState, Way
from crm.correspondence.letters.numbers import take_numbers
from crm.correspondence.letters.queries import find_by_key
from crm.correspondence.letters.service.steps import STEPS, Said, subjects
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.properties.models import Estate, Unit
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A letter that came in, as it is written down: from a customer, or from a party without a file here."""

    kind: str
    subject: str
    dated_on: date
    way: Way
    customer: Customer | None = None
    unit: Unit | None = None
    party: str = ""
    doc_no: str = ""
    summary: str = ""
    pages: int | None = None
    reply_due_on: date | None = None
    reply_to: Letter | None = None
    key: str | None = None


def register(estate_id: int, received: Received) -> Letter:
    """Entered once however often the form is sent."""
    if standing := _standing(estate_id, received.key):
        return standing
    if received.dated_on > business_day():
        raise DomainError(_("The day must not be later than today."))
    if (ours := received.reply_to) and ours.direction is not Direction.outgoing:
        raise DomainError(_("%(number)s came in: what comes in can only answer a letter of ours.", number=ours.number))
    facts = {
        "dated_on": received.dated_on,
        "way": received.way,
        "doc_no": received.doc_no,
        "subject": received.subject,
        "summary": received.summary,
        "pages": received.pages,
        "reply_due_on": received.reply_due_on,
    }
    return _registered(Direction.incoming, estate_id, received, received.key, facts)


def compose(estate_id: int, written: Written, *, key: str | None = None) -> Letter:
    """A letter of ours: its words are frozen with its number. Written once however often the form is sent."""
    if standing := _standing(estate_id, key):
        return standing
    if fault := fault_of(written, session().get_one(Estate, estate_id), business_day()):
        raise DomainError(fault)
    return _composed(estate_id, written, key, {})


def send_letter(
    estate_id: int,
    kind: str,
    subject: str,
    body: str,
    *,
    customer: Customer | None = None,
    unit: Unit | None = None,
    party: str = "",
    address: str = "",
    reply_to: Letter | None = None,
    about_kind: str = "",
    about_id: int | None = None,
    key: str | None = None,
    **further: Any,
) -> Letter:
    """For other packages: a letter of ours in the register, about something of theirs. `LetterServed` says when it
    arrived. The same `key` again gives the first letter; `further` of `Written`.

    Braces in `subject` and `body` that are none of the letters' placeholders stay as they are.
    """
    if standing := _standing(estate_id, key):
        return standing
    written = Written(
        kind=kind,
        subject=subject,
        body=body,
        customer=customer,
        unit=unit,
        party=party,
        address=address,
        reply_to=reply_to,
        **further,
    )
    return _composed(estate_id, written, key, {"about_kind": about_kind, "about_id": about_id})


def _standing(estate_id: int, key: str | None) -> Letter | None:
    """What was registered with the key already. Sent twice at once, the second waits and finds the first."""
    if key:
        session().execute(select(Estate.id).where(Estate.id == estate_id).with_for_update(key_share=True))
    standing = find_by_key(key)
    if standing and standing.estate_id != estate_id:
        raise UsedElsewhere
    return standing


def _composed(estate_id: int, written: Written, key: str | None, about: Mapping[str, Any]) -> Letter:
    estate = session().get_one(Estate, estate_id)

    def facts(number: str) -> dict[str, Any]:
        content = frozen(written, estate, number, business_day())
        given = {"subject": content["subject"], "address": content["address"], "content": content}
        given |= {"doc_no": written.doc_no, "summary": written.summary}
        return {"dated_on": business_day(), **given, **about}

    return _registered(Direction.outgoing, estate_id, written, key, facts)


def _registered(direction: Direction, estate_id: int, said: Received | Written, key: str | None, facts: Any) -> Letter:
    """`facts`, or what gives them once the number is known: further columns."""
    if said.customer is None and not said.party.strip():
        raise DomainError(_("Write whom it is from or to: a customer, or somebody else in words."))
    [number] = take_numbers(direction)
    made = Letter(
        number_id=number.id,
        number=number.text,
        key=key,
        estate_id=estate_id,
        direction=direction,
        kind=said.kind,
        customer_id=said.customer.id if said.customer else None,
        unit_id=said.unit.id if said.unit else None,
        party=said.party.strip(),
        reply_to_id=said.reply_to.id if said.reply_to else None,
        state=LetterState.registered,
        registered_by=g.actor.name,
        registered_at=utc_now(),
        **(facts(number.text) if callable(facts) else facts),
    )
    session().add(made)
    session().flush()
    STEPS.follow(made, "register", None, Said(note=made.subject, at=made.registered_at))
    _tell(made, said)
    return made


def _tell(letter: Letter, said: Received | Written) -> None:
    record(
        LetterRegistered(
            estate_id=letter.estate_id,
            direction=letter.direction.value,
            kind=letter.kind,
            party=said.customer.name if said.customer else letter.party,
            subject=letter.subject,
            **subjects(letter),
        )
    )
