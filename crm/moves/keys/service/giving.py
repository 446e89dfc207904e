"""Handing out keys: never more than there are, once however often the form is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.moves.keys.events import KeysGiven, KeySlipSigned
from crm.moves.keys.models import Holder, KeySlip, KeySlipLine, Signing, UnitKey
from crm.moves.keys.queries import in_words, keys_of
from crm.moves.keys.service.entering import hold_keys
from crm.moves.numbers import numbered
from crm.properties.models import Unit
from crm.tenants.models import Customer

SERIES, LETTERS = "钥匙", "YS"
WITH_AUTHORITY = (Holder.agent, Holder.office)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """So many of the unit's keys of one kind."""

    unit_key_id: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """`holder`: the name of who takes them; `authority`: who allowed it, for an agent or spare keys."""

    customer: Customer
    lines: Sequence[Taken]
    holder: str
    holder_kind: Holder = Holder.customer
    phone: str = ""
    authority: str = ""
    given_on: date | None = None
    note: str = ""
    about_kind: str = ""
    about_id: int | None = None
    key: str | None = None


def give(unit: Unit, giving: Giving) -> KeySlip:
    """With its number; signed for by `sign`. Raises `DomainError` where there are not so many."""
    if reason := _fault(unit, giving):
        raise DomainError(reason)
    hold_keys(unit.id)  # sent twice at once, the second waits and finds the first
    standing = session().scalars(select(KeySlip).filter_by(key=giving.key)).one_or_none() if giving.key else None
    if standing and standing.unit_id != unit.id:
        raise UsedElsewhere
    if standing:
        return standing
    words = _keys_in_words(unit, giving.lines)
    made = _slip(unit, giving)
    session().add(made)
    session().flush()
    told = {"key_slip_id": made.id, "customer_id": made.customer_id, "unit_id": unit.id, "number": made.number}
    record(KeysGiven(keys=words, holder=made.holder, given_on=made.given_on, **told))  # type: ignore[arg-type]
    return made


def _fault(unit: Unit, giving: Giving) -> str:
    if giving.customer.estate_id != unit.estate_id:
        return _("The unit and the customer belong to different estates.")
    if not giving.holder.strip():
        return _("Write who takes the keys.")
    if giving.holder_kind in WITH_AUTHORITY and not giving.authority.strip():
        return _("Write who allowed it: a letter of authority, or the customer's own word.")
    if giving.given_on and giving.given_on > business_day():
        return _("The day must not be later than today.")
    if not giving.lines or any(line.count <= 0 for line in giving.lines):
        return _("Write how many of which keys are handed out.")
    return ""


def _keys_in_words(unit: Unit, lines: Sequence[Taken]) -> str:
    """Raises `DomainError` where there are not so many here; the unit's keys are held."""
    here = {each.key.id: each for each in keys_of(unit.id)}
    told = []
    for line in lines:
        held = here.get(line.unit_key_id)
        if held is None:
            raise DomainError(_("These keys are not among those of the unit."))
        words = in_words(held.key.kind, held.key.label, line.count)
        if line.count > held.here:
            raise DomainError(_("%(keys)s: only %(count)s of them are here.", keys=words, count=held.here))
        told.append(words)
    return "、".join(told)


def _slip(unit: Unit, giving: Giving) -> KeySlip:
    return KeySlip(
        estate_id=unit.estate_id,
        unit_id=unit.id,
        customer_id=giving.customer.id,
        holder_kind=giving.holder_kind,
        holder=giving.holder.strip(),
        phone=giving.phone,
        authority=giving.authority.strip(),
        given_on=giving.given_on or business_day(),
        note=giving.note,
        about_kind=giving.about_kind,
        about_id=giving.about_id,
        key=giving.key,
        given_by_id=g.actor.user_id,
        given_by=g.actor.name,
        given_at=utc_now(),
        lines=[
            KeySlipLine(unit_key=session().get_one(UnitKey, line.unit_key_id), count=line.count)
            for line in giving.lines
        ],
        **numbered(SERIES, LETTERS),
    )


def sign(slip: KeySlip, signing: Signing, upload_id: int) -> None:
    """Whoever took the keys signs for them, once."""
    session().flush()
    held = select(KeySlip.upload_id).where(KeySlip.id == slip.id).with_for_update(key_share=True)
    if session().scalar(held) is not None:
        raise DomainError(_("%(number)s is signed already.", number=slip.number))
    slip.signing, slip.upload_id, slip.signed_at = signing, upload_id, utc_now()
    session().flush()
    session().expire(slip, ["upload"])
    told = {"key_slip_id": slip.id, "customer_id": slip.customer_id, "unit_id": slip.unit_id, "number": slip.number}
    record(KeySlipSigned(signing=signing.value, **told))  # type: ignore[arg-type]
