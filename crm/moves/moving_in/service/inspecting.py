"""What was found when the unit was looked over: each becomes a repair, with its picture; and what the meters show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.billing.meters import service as meters
from crm.billing.meters.models import Meter
from crm.billing.meters.service import Taken
from crm.dates import utc_now
from crm.db import session
from crm.errors import DomainError, UsedElsewhere
from crm.moves.moving_in.events import MoveInDefectFound
from crm.moves.moving_in.models import MoveIn, MoveInDefect
from crm.moves.moving_in.service.steps import hold_open, subjects
from crm.repairs.categories.models import RepairCategory
from crm.repairs.orders import service as repairs
from crm.repairs.orders.models import Channel, PhotoStage, RepairOrder
from crm.repairs.orders.photos import add_photo
from crm.repairs.orders.service import Reported

MOST_PHOTOS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """`photos`: (bytes, name) of each; `key`: of the form: sent twice, it is one repair."""

    category: RepairCategory
    words: str
    spot: str = ""
    photos: Sequence[tuple[bytes, str]] = field(default_factory=tuple)
    key: str | None = None


def note_defect(move_in: MoveIn, defect: Defect) -> MoveInDefect:
    """The dispatcher sees it at once; who pays is proposed by the part and the unit's handover."""
    if not defect.words.strip():
        raise DomainError(_("Write what is wrong."))
    if len(defect.photos) > MOST_PHOTOS:
        raise DomainError(_("At most %(most)s photos at once.", most=MOST_PHOTOS))
    hold_open(move_in)
    standing = session().scalars(select(MoveInDefect).filter_by(key=defect.key)).one_or_none() if defect.key else None
    if standing and standing.move_in_id != move_in.id:
        raise UsedElsewhere
    if standing:
        return standing
    order = repairs.register(move_in.estate_id, _reported(move_in, defect))
    _photograph(order, defect)
    made = MoveInDefect(
        move_in_id=move_in.id,
        repair_order_id=order.id,
        spot=defect.spot,
        words=defect.words,
        key=defect.key,
        found_by=g.actor.name,
        found_at=utc_now(),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"repair_order_id": order.id, "words": f"{order.number} {defect.words}"}
    record(MoveInDefectFound(**told, **subjects(move_in)))
    return made


def _reported(move_in: MoveIn, defect: Defect) -> Reported:
    words = " · ".join(filter(None, (defect.spot, defect.words)))
    return Reported(
        category=defect.category,
        problem=_("%(words)s (found at the move-in, %(number)s)", words=words, number=move_in.number),
        channel=Channel.patrol,
        caller=move_in.customer.name,
        unit=move_in.unit,
        customer_id=move_in.customer.kept_id,
        key=f"{defect.key}-repair" if defect.key else None,
    )


def _photograph(order: RepairOrder, defect: Defect) -> None:
    for place, (content, name) in enumerate(defect.photos):
        key = f"{defect.key}-photo-{place}" if defect.key else None
        add_photo(order, content, name, PhotoStage.fault, key)


def read_meters(move_in: MoveIn, day: date, values: Mapping[int, Any], rolled: Iterable[int] = ()) -> int:
    """Meter -> what it shows; the same as before is fine. How many were read. Raises `DomainError` naming the meter."""
    hold_open(move_in)
    began_again = set(rolled)
    for meter_id, value in sorted(values.items()):
        meter = session().get_one(Meter, meter_id)
        if meter.unit_id != move_in.unit_id:
            raise DomainError(_("Meter %(number)s hangs elsewhere.", number=meter.number))
        taken = Taken(value=value, read_on=day, rolled=meter_id in began_again, note=move_in.number)
        try:
            meters.read(meter, taken)
        except DomainError as refusal:
            raise DomainError(f"{meter.number}: {refusal}") from refusal
    return len(values)
