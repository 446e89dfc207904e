"""A meter's timeline, read from the log in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.billing.meters.consumption import ANOMALY_TITLES, Anomaly
from crm.billing.meters.models import READING_TITLES, ReadingKind
from crm.db import session
from crm.web.templating import exact

EVENT_TITLES = {
    "MeterInstalled": _l("Meter installed"),
    "MeterChanged": _l("Meter changed"),
    "MeterRead": _l("Meter read"),
    "MeterRemoved": _l("Meter removed"),
    "ReadingCorrected": _l("Reading corrected"),
    "AnomalyConfirmed": _l("Odd reading found right"),
    "ReadingsTaken": _l("Reading sheet stored"),
    "RefusedReadingsDownloaded": _l("Refused readings downloaded"),
}
FIELD_TITLES = {
    "read_on": _l("Read on"),
    "rolled": _l("Began again at nought"),
    "removed_on": _l("Removed on"),
    "anomaly": _l("What is odd"),
    "multiplier": _l("Multiplier"),
    "digits": _l("Figures before the point"),
    "reversed": _l("Installed the wrong way round"),
}
_NAMES = {"number": _l("Number on the meter"), "note": _l("Remark")}


def happenings(meter_id: int) -> Sequence[Happening]:
    """The last entries, newest first."""
    return [
        Happening(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES[entry.kind]),
            text=DETAILS[entry.kind](entry.data),
        )
        for entry in session().scalars(timeline("meter", meter_id))
    ]


def _figure(value: str) -> str:
    return exact(Decimal(value))


def _changed(data: Mapping[str, Any]) -> str:
    titles = FIELD_TITLES | _NAMES
    return "; ".join(f"{titles[name]}: {old} → {new}" for name, (old, new) in data["changes"].items())


def _read(data: Mapping[str, Any]) -> str:
    told = (data["read_on"], _figure(data["value"]), str(READING_TITLES[ReadingKind(data["kind"])]))
    return " · ".join((*told, *([_("began again at nought")] if data["rolled"] else [])))


def _corrected(data: Mapping[str, Any]) -> str:
    return f"{data['read_on']} · {_figure(data['old'])} → {_figure(data['new'])} · {data['reason']}"


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "MeterInstalled": lambda data: f"{data['installed_on']} · {_figure(data['value'])}",
    "MeterChanged": _changed,
    "MeterRead": _read,
    "MeterRemoved": lambda data: str(data["removed_on"]),
    "ReadingCorrected": _corrected,
    "AnomalyConfirmed": lambda data: f"{ANOMALY_TITLES[Anomaly(data['anomaly'])]} · {data['reason']}",
}
