"""Noting a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.arrears.contacts.events import ContactNoted
from crm.billing.arrears.contacts.models import (
    LONGEST_AGO,
    LONGEST_AHEAD,
    NOT_TALKED,
    Contact,
    ContactChannel,
    ContactOutcome,
)
from crm.billing.arrears.contacts.register import spoken_steps
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer

DOUBLE_CLICK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What is noted. `again_on`: when to try again; `step_id`: it was this step of the dunning."""

    channel: ContactChannel
    outcome: ContactOutcome
    contacted_on: date
    talked_to: str = ""
    words: str = ""
    again_on: date | None = None
    step_id: int | None = None


def note(customer: Customer, talk: Talk) -> tuple[Contact, bool]:
    """The contact, and whether it is new: the same once more within a minute is a double click.

    Raises `DomainError` for what is missing or lies on a wrong day.
    """
    steps = spoken_steps(customer.estate_id) if talk.step_id else {}
    if reason := _fault(talk, steps):
        raise DomainError(reason)
    if known := _said_just_now(customer, talk):
        return known, False
    made = Contact(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        channel=talk.channel,
        outcome=talk.outcome,
        talked_to=talk.talked_to,
        words=talk.words,
        contacted_on=talk.contacted_on,
        again_on=talk.again_on,
        step_id=talk.step_id,
        made_by_id=g.actor.user_id,
        made_by=g.actor.name,
        made_at=utc_now(),
    )
    session().add(made)
    session().flush()
    _tell(made, steps.get(talk.step_id or 0, ""))
    return made, True


def fault_of_day(day: date) -> str:
    """Why nothing can have been said or agreed on that day, or "": not tomorrow, and not long ago."""
    if day > business_day():
        return _("The day must not be later than today.")
    if day < business_day() - LONGEST_AGO:
        return _("The day lies more than %(most)s days back.", most=LONGEST_AGO.days)
    return ""


def _fault(talk: Talk, steps: dict[int, str]) -> str:
    if reason := fault_of_day(talk.contacted_on):
        return reason
    if talk.outcome not in NOT_TALKED and not talk.words.strip():
        return _("Write what was said.")
    if talk.again_on and not talk.contacted_on < talk.again_on <= business_day() + LONGEST_AHEAD:
        return _("Agree on a later day than that of the contact, within %(most)s days.", most=LONGEST_AHEAD.days)
    if talk.step_id and talk.step_id not in steps:
        return _("This step is not in use any more, or is no step that is talked about.")
    if talk.step_id and talk.outcome in NOT_TALKED:
        return _("Nobody was reached: no step was taken.")
    return ""


def _said_just_now(customer: Customer, talk: Talk) -> Contact | None:
    names = ("channel", "outcome", "contacted_on", "talked_to", "words", "again_on", "step_id")
    same = {name: getattr(talk, name) for name in names}
    found = select(Contact).filter_by(customer_id=customer.id, made_by_id=g.actor.user_id, **same)
    recent = found.where(Contact.made_at > utc_now() - DOUBLE_CLICK)
    return session().scalars(recent.order_by(Contact.id.desc()).limit(1)).one_or_none()


def _tell(made: Contact, step: str) -> None:
    record(
        ContactNoted(
            contact_id=made.id,
            customer_id=made.customer_id,
            channel=made.channel,
            outcome=made.outcome,
            talked_to=made.talked_to,
            words=made.words,
            contacted_on=made.contacted_on,
            again_on=made.again_on,
            step=step,
        )
    )
