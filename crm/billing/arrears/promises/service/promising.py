"""A promise is noted; one that was entered wrongly is withdrawn. Whether it is kept, nobody sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import g
from flask_babel import gettext as _

from crm.audit.log import record
from crm.auth.permissions import Permission
from crm.billing.arrears.contacts.models import LONGEST_AHEAD, ContactChannel
from crm.billing.arrears.contacts.service import fault_of_day
from crm.billing.arrears.promises.events import PromiseMade, PromiseWithdrawn
from crm.billing.arrears.promises.models import Promise
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError
from crm.tenants.models import Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Vow:
    """`amount` yuan by `due_on`, that day included. `upload_id`: what proves it."""

    amount: Decimal
    due_on: date
    channel: ContactChannel
    given_by: str
    made_on: date
    upload_id: int | None = None


def promise(customer: Customer, vow: Vow, contact_id: int | None = None) -> Promise:
    """`contact_id`: the contact in which it was given. Raises `DomainError` for what is missing or on a wrong day."""
    if reason := _fault(vow):
        raise DomainError(reason)
    made = Promise(
        estate_id=customer.estate_id,
        customer_id=customer.id,
        contact_id=contact_id,
        amount=vow.amount,
        made_on=vow.made_on,
        due_on=vow.due_on,
        channel=vow.channel,
        given_by=vow.given_by,
        upload_id=vow.upload_id,
        recorded_by_id=g.actor.user_id,
        recorded_by=g.actor.name,
        recorded_at=utc_now(),
        reason="",
    )
    session().add(made)
    session().flush()
    record(
        PromiseMade(
            promise_id=made.id,
            customer_id=made.customer_id,
            amount=made.amount,
            due_on=made.due_on,
            channel=made.channel,
            given_by=made.given_by,
        )
    )
    return made


def _fault(vow: Vow) -> str:
    if vow.amount <= 0:
        return _("Write the sum that is promised, more than nought.")
    if not vow.given_by.strip():
        return _("Write who gave the promise.")
    return fault_of_day(vow.made_on) or _fault_of_due_day(vow)


def _fault_of_due_day(vow: Vow) -> str:
    if vow.due_on > business_day() + LONGEST_AHEAD:
        return _("A promise is for %(most)s days at most. For longer agree on instalments.", most=LONGEST_AHEAD.days)
    if vow.due_on < vow.made_on:
        return _("The promise cannot fall due before it was made.")
    return ""


def withdrawal_hindrance(made: Promise) -> str:
    """Why the acting person cannot withdraw it, or "": once its day is past, only whoever reviews arrears may."""
    if made.withdrawn_at is not None:
        return _("It is withdrawn already.")
    if made.due_on < business_day() and not g.actor.may(Permission.arrears_review):
        return _("Its day is past: only whoever reviews arrears can withdraw it.")
    return ""


def withdraw(made: Promise, reason: str) -> None:
    """It was entered wrongly, or something else was agreed instead: it counts no more, and stays in the register."""
    if refusal := withdrawal_hindrance(made):
        raise DomainError(refusal)
    if not reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    made.withdrawn_by, made.withdrawn_at, made.reason = g.actor.name, utc_now(), reason
    session().flush()
    record(
        PromiseWithdrawn(
            promise_id=made.id, customer_id=made.customer_id, amount=made.amount, due_on=made.due_on, reason=reason
        )
    )
