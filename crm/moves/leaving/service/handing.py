"""What is handed over on the day: meters read, keys back or passed on, the money gone through, what stays open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.meters import service as meters
from crm.billing.meters.models import Meter, ReadingKind
from crm.billing.meters.service import Taken
from crm.dates import business_day
from crm.errors import DomainError
from crm.files.models import Upload
from crm.moves.keys import service as keys
from crm.moves.keys.models import Outcome
from crm.moves.keys.queries import get_line
from crm.moves.keys.service import Back, Giving
from crm.moves.keys.service import Taken as Some
from crm.moves.leaving.models import Leaving, Side
from crm.moves.leaving.queries import KIND, meters_of
from crm.moves.leaving.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
from crm.moves.leaving.standing import keys_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a meter of the unit shows on the day."""

    meter_id: int
    value: Decimal
    rolled: bool = False
    upload: Upload | None = None


def read_meters(leaving: Leaving, read: Sequence[Read], note: str, said: Said = NOTHING_SAID) -> None:
    """`note`: why a meter is not read. A reading on the day parts what was used: before it is the leaver's."""
    hangs = {meter.id: meter for meter, _last in meters_of(leaving)}
    STEPS.expect(leaving, "readings")
    if any(each.meter_id not in hangs for each in read):
        raise DomainError(_("This meter does not hang in the unit."))
    for each in sorted(read, key=lambda one: one.meter_id):
        _read(hangs[each.meter_id], each, leaving.day)
    told = "、".join(f"{hangs[each.meter_id].number} {each.value}" for each in read)
    _keep(leaving, "readings", Said(reason=note, note=told, key=said.key), readings_note=note)


def _read(meter: Meter, read: Read, day: date) -> None:
    """The regular kind: the meter goes on counting for whoever comes."""
    taken = Taken(value=read.value, read_on=day, rolled=read.rolled, kind=ReadingKind.regular, upload=read.upload)
    try:
        meters.read(meter, taken)
    except DomainError as refusal:
        raise DomainError(f"{meter.number}: {refusal}") from refusal


class KeyFate(StrEnum):
    returned = "returned"
    passed_on = "passed_on"
    lost = "lost"


FATE_TITLES = {
    KeyFate.returned: _l("Given back"),
    KeyFate.passed_on: _l("Handed to the buyer"),
    KeyFate.lost: _l("Lost"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Of one line of a key slip so many came back, are with the buyer now, or lost (`reason`)."""

    line_id: int
    fate: KeyFate
    count: int
    reason: str = ""


def hand_keys(leaving: Leaving, handed: Sequence[Handed], note: str, said: Said = NOTHING_SAID) -> None:
    """`note`: why keys stay out, or what came back that is in no book."""
    theirs = {each.line_id: each for each in keys_out(leaving)}
    STEPS.expect(leaving, "keys")
    if any(each.line_id not in theirs for each in handed):
        raise DomainError(_("These keys are not out any more. Open the page anew."))
    for place, each in enumerate(handed):
        _hand(leaving, each, f"{said.key}-{place}" if said.key else None)
    told = "、".join(f"{theirs[each.line_id].words}: {FATE_TITLES[each.fate]}" for each in handed)
    _keep(leaving, "keys", Said(reason=note, note=told, key=said.key), keys_note=note)


def _hand(leaving: Leaving, handed: Handed, key: str | None) -> None:
    line = get_line(handed.line_id)
    lost, buyers = handed.fate is KeyFate.lost, leaving.of(Side.buys)
    day = min(leaving.day, business_day())
    back = Back(
        count=handed.count,
        outcome=Outcome.lost if lost else Outcome.returned,
        day=max(day, line.slip.given_on),
        reason=handed.reason,
        key=key,
    )
    if handed.fate is KeyFate.passed_on and not buyers:
        raise DomainError(_("Nobody takes the unit over: the keys come back to us."))
    keys.take_back(line, back)
    if handed.fate is KeyFate.passed_on:
        buyer = buyers[0].customer
        giving = Giving(
            customer=buyer,
            lines=[Some(unit_key_id=line.unit_key_id, count=handed.count)],
            holder=buyer.name,
            about_kind=KIND,
            about_id=leaving.id,
            key=f"{key}-on" if key else None,
        )
        keys.give(leaving.unit, giving)


def see_money(leaving: Leaving, said: Said = NOTHING_SAID) -> None:
    """Somebody has gone through who owes what, with those who leave."""
    _keep(leaving, "money", said, money_seen_at=NOW)


def note_open(leaving: Leaving, note: str, said: Said = NOTHING_SAID) -> None:
    """Why they leave although something is open, and who settles it when."""
    _keep(leaving, "checklist", Said(reason=note, key=said.key), open_note=note)


def _keep(leaving: Leaving, action: str, said: Said, **changes: object) -> None:
    STEPS.take(leaving, action, said, **changes)
    tell(leaving, action, said)
