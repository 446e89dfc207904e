"""Why a reading cannot be entered as it was typed. Pure rules over what stands in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.meters.consumption import Read
from crm.billing.meters.models import Meter, ReadingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Of one meter: its newest reading, and the day up to which it is billed."""

    last: Read | None
    billed_until: date | None


def value_fault(meter: Meter, value: Decimal) -> str:
    if value >= meter.dial.turn:
        return _("This meter shows %(digits)s figures before the point at most.", digits=meter.digits)
    return ""


def reading_fault(meter: Meter, read: Read, ledger: Ledger, today: date) -> str:
    """Why it cannot be read so on that day, or ""; what is merely odd is said by `consumption.anomaly`."""
    return value_fault(meter, read.value) or day_fault(meter, read.read_on, ledger, today)


def day_fault(meter: Meter, day: date, ledger: Ledger, today: date) -> str:
    if day > today:
        return _("The day must not be later than today.")
    if day <= meter.installed_on:
        return _("The meter was installed on %(day)s; read it on a later day.", day=meter.installed_on.isoformat())
    if meter.removed_on and day > meter.removed_on:
        return _("The meter was removed on %(day)s.", day=meter.removed_on.isoformat())
    if ledger.billed_until and day <= ledger.billed_until:
        return _(
            "It is billed up to %(day)s already. To put that right, have the bill made void first; then correct the "
            "reading, and let the run bill what was skipped.",
            day=ledger.billed_until.isoformat(),
        )
    return ""


def stands_already(read: Read, kind: ReadingKind, ledger: Ledger) -> bool:
    """Sent twice: the same figure of the same day."""
    last = ledger.last
    return last is not None and (last.read_on, last.value) == (read.read_on, read.value) and kind != ReadingKind.base
