"""Which keys a unit has."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.dates import business_day
from crm.db import session
from crm.errors import DomainError
from crm.moves.keys.events import KeyEntered, KeyRetired
from crm.moves.keys.kinds import KINDS
from crm.moves.keys.models import UnitKey
from crm.moves.keys.queries import keys_of
from crm.properties.models import Unit

MOST = 99  # of one kind


def add_key(unit: Unit, kind: str, count: int, label: str = "") -> UnitKey:
    """More of what is there already are counted to it. Raises `DomainError` for a number that is none."""
    if not 0 < count <= MOST:
        raise DomainError(_("Write how many there are, from 1 to %(most)s.", most=MOST))
    hold_keys(unit.id)
    same = select(UnitKey).filter_by(unit_id=unit.id, kind=kind, label=label).where(UnitKey.retired_on.is_(None))
    made = session().scalars(same).one_or_none()
    if made:
        made.count += count
    else:
        made = UnitKey(estate_id=unit.estate_id, unit_id=unit.id, kind=kind, label=label, count=count)
        session().add(made)
    session().flush()
    record(
        KeyEntered(unit_key_id=made.id, unit_id=unit.id, kind=KINDS.title_of(kind), label=label, count=made.count),
    )
    return made


def retire(key: UnitKey, reason: str) -> None:
    """Out of use: the lock was changed, the card blocked. Not while somebody has one of them."""
    if not reason.strip():
        raise DomainError(_("Write why they are taken out of use."))
    hold_keys(key.unit_id)
    standing = next((each for each in keys_of(key.unit_id) if each.key.id == key.id), None)
    if standing is None:
        raise DomainError(_("They are out of use already."))
    if standing.out:
        raise DomainError(_("%(count)s of them are with somebody: note first that they came back.", count=standing.out))
    key.retired_on, key.retired_because = business_day(), reason
    session().flush()
    told: dict[str, Any] = {"unit_key_id": key.id, "unit_id": key.unit_id, "kind": standing.kind, "label": key.label}
    record(KeyRetired(reason=reason, **told))


def hold_keys(unit_id: int) -> None:
    """Nobody else enters, hands out or takes back keys of the unit until the unit of work ends."""
    session().flush()
    session().execute(select(Unit.id).where(Unit.id == unit_id).with_for_update(key_share=True))
    held = select(UnitKey).where(UnitKey.unit_id == unit_id).order_by(UnitKey.id).with_for_update(key_share=True)
    session().scalars(held.execution_options(populate_existing=True)).all()
