"""Keys that come back, and those that never will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.moves.keys.events import KeysLost, KeysReturned
from crm.moves.keys.models import KeyReturn, KeySlip, KeySlipLine, Outcome
from crm.moves.keys.queries import in_words
from crm.moves.keys.service.entering import hold_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """`by`: who brought them; `reason`: how they were lost; `key`: of the form."""

    count: int
    outcome: Outcome = Outcome.returned
    day: date | None = None
    by: str = ""
    reason: str = ""
    key: str | None = None


def take_back(line: KeySlipLine, back: Back) -> KeyReturn:
    """Of a line as `queries.get_line` loads it. Raises `DomainError` where not so many are out."""
    slip, day = line.slip, back.day or business_day()
    if reason := _fault(slip, back, day):
        raise DomainError(reason)
    hold_keys(slip.unit_id)
    standing = session().scalars(select(KeyReturn).filter_by(key=back.key)).one_or_none() if back.key else None
    if standing and standing.key_slip_line_id != line.id:
        raise UsedElsewhere
    if standing:
        return standing
    session().refresh(line, ["returns"])
    if back.count > line.out:
        raise DomainError(_("Only %(count)s of them are out.", count=line.out))
    made = _return(line, back, day)
    session().add(made)
    session().flush()
    session().refresh(line, ["returns"])
    _tell(slip, in_words(line.unit_key.kind, line.unit_key.label, back.count), made)
    return made


def _fault(slip: KeySlip, back: Back, day: date) -> str:
    if back.count <= 0:
        return _("Write how many of them.")
    if back.outcome is Outcome.lost and not back.reason.strip():
        return _("Write how they were lost: it stands on the file for good.")
    if day > business_day():
        return _("The day must not be later than today.")
    if day < slip.given_on:
        return _("The day lies before they were handed out.")
    return ""


def _return(line: KeySlipLine, back: Back, day: date) -> KeyReturn:
    return KeyReturn(
        key_slip_line_id=line.id,
        outcome=back.outcome,
        count=back.count,
        day=day,
        by=back.by or line.slip.holder,
        reason=back.reason,
        key=back.key,
        recorded_by_id=g.actor.user_id,
        recorded_by=g.actor.name,
        recorded_at=utc_now(),
    )


def _tell(slip: KeySlip, keys: str, made: KeyReturn) -> None:
    about: dict[str, Any] = {
        "key_slip_id": slip.id,
        "customer_id": slip.customer_id,
        "unit_id": slip.unit_id,
        "number": slip.number,
        "keys": keys,
        "day": made.day,
    }
    if made.outcome is Outcome.lost:
        record(KeysLost(reason=made.reason, **about))
    else:
        record(KeysReturned(by=made.by, **about))
