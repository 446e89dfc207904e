"""What happened to letters, in words: for a letter's own page and for the customer's timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.audit.queries import Happening, timeline
from crm.auth.permissions import Permission
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES, Arrival, Channel
from crm.db import session
from crm.web.templating import money

EVENT_TITLES = {
    "DemandsMade": _l("Demand letters made"),
    "DemandsRolledBack": _l("Demand letters rolled back"),
    "DemandMade": _l("Demand letter made"),
    "DemandVoided": _l("Demand letter void"),
    "DemandPrinted": _l("Demand letter printed"),
    "DemandsPrinted": _l("Demand letters printed"),
    "DemandMailed": _l("Demand letter sent by e-mail"),
    "DemandServed": _l("Demand letter brought"),
    "DemandServiceTakenBack": _l("Entry about bringing a letter taken back"),
    "DemandRunExported": _l("Run of letters exported"),
}
OF_CUSTOMERS = ("DemandMade", "DemandVoided", "DemandPrinted", "DemandMailed", "DemandServed", "DemandServiceTakenBack")
NEEDED = dict.fromkeys(OF_CUSTOMERS, Permission.arrears_read)
TONES = {"DemandMade": "orange", "DemandServed": "green", "DemandVoided": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Happening):
    tone: str


def happenings(demand_id: int) -> Sequence[Step]:
    """The last entries about a letter, newest first."""
    return [
        Step(
            at=entry.at,
            who=entry.actor,
            title=str(EVENT_TITLES.get(entry.kind, entry.kind)),
            text=EVENT_DETAILS[entry.kind](entry.data) if entry.kind in EVENT_DETAILS else "",
            tone=TONES.get(entry.kind, "grey"),
        )
        for entry in session().scalars(timeline("demand", demand_id))
    ]


def _made(data: Mapping[str, Any]) -> str:
    until = _("to pay until %(day)s", day=data["pay_until"])
    return " · ".join((data["step"], data["number"], money(Decimal(data["amount"])), until))


def _told(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["number"], data["reason"])))


def _mailed(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], data["masked"]))


def _how(data: Mapping[str, Any]) -> str:
    channel, arrival = CHANNEL_TITLES[Channel(data["channel"])], ARRIVAL_TITLES[Arrival(data["arrival"])]
    return f"{channel} · {arrival}"


def _served(data: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (data["number"], _how(data), data["delivered_on"], data["told"])))


def _taken_back(data: Mapping[str, Any]) -> str:
    return " · ".join((data["number"], _how(data), data["reason"]))


EVENT_DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "DemandMade": _made,
    "DemandVoided": _told,
    "DemandPrinted": _told,
    "DemandMailed": _mailed,
    "DemandServed": _served,
    "DemandServiceTakenBack": _taken_back,
}
