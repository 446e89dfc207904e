"""What is said of bringing a paper, and what is missing for it to prove anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from crm.auth.actor import actor
from crm.correspondence.serving.models import Arrival, Channel
from crm.dates import business_day, utc_now

ARRIVALS = {
    Channel.by_hand: (Arrival.delivered, Arrival.refused),
    Channel.ems: (Arrival.on_its_way, Arrival.delivered, Arrival.refused, Arrival.returned),
    Channel.posted_at_door: (Arrival.delivered,),
    Channel.email: (Arrival.delivered, Arrival.returned),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """As it is entered; `upload_id`: photograph, signed slip, return label, the customer's answer."""

    channel: Channel
    arrival: Arrival
    delivered_on: date
    person: str = ""
    witness: str = ""
    tracking: str = ""
    upload_id: int | None = None
    note: str = ""


def fault_of(day: date, served: Served) -> str:
    """What is missing, or ""; `day` is the paper's own."""
    if not day <= served.delivered_on <= business_day():
        return _("The day lies between the letter's day, %(day)s, and today.", day=day.isoformat())
    if served.arrival not in ARRIVALS[served.channel]:
        return _("That cannot come of this way.")
    if served.arrival is Arrival.refused and not served.witness.strip():
        return _("Write who saw that it was refused: without a witness it proves nothing.")
    return _missing(served)


def _missing(served: Served) -> str:
    """Of each way the thing without which it proves nothing."""
    if served.channel is Channel.by_hand and served.arrival is Arrival.delivered and not served.person.strip():
        return _("Write who took it.")
    if served.channel is Channel.ems and not served.tracking.strip():
        return _("Write the EMS number.")
    if served.channel is Channel.posted_at_door and served.upload_id is None:
        return _("Take the photograph of the letter at the door.")
    if served.channel is Channel.email and served.arrival is Arrival.delivered and served.upload_id is None:
        return _("Add what the customer answered as a file: a mail nobody answers proves nothing.")
    return ""


def columns_of(served: Served) -> dict[str, Any]:
    """As a row of deliveries keeps it, entered by the acting person now."""
    return {
        "channel": served.channel,
        "arrival": served.arrival,
        "delivered_on": served.delivered_on,
        "person": served.person.strip(),
        "witness": served.witness.strip(),
        "tracking": served.tracking.strip(),
        "upload_id": served.upload_id,
        "note": served.note.strip(),
        "recorded_by_id": actor().user_id,
        "recorded_by": actor().name,
        "recorded_at": utc_now(),
    }
