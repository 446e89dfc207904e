"""How a complaint of the past came in, and what the log says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from crm.complaints.cases.events import ComplaintClassified, ComplaintEnded, ComplaintReceived
from crm.complaints.cases.models import WORKFLOW, About, Channel, Complaint, ComplaintCaller, ComplaintState
from crm.complaints.cases.rules import severity_of
from crm.complaints.categories.models import ComplaintCategory
from crm.dates import beginning_of
from crm.demo.cases import words
from crm.demo.cases.tales import NAMES, Tale
from crm.demo.place import Ground
from crm.demo.repairs.reports import HOURS
from crm.phones import mask_phone

COLUMNS = [column.key for column in Complaint.__mapper__.columns]
CHANNELS = (Channel.phone, Channel.counter, Channel.message, Channel.letter, Channel.hotline)
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("hotline_number", "spot", "contractor", "wish", "plan", "reply", "cause", "cause_words"), ""),
    "level": 0,
    "reopened": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where somebody lives who complains, as `repairs.reports.lives` has it."""

    estate_id: int
    building_id: int | None
    unit_id: int
    customer_id: int
    name: str
    digits: str

    @classmethod
    def of(cls, lived: Mapping[str, Any]) -> Home:
        return cls(**{"name" if name == "caller" else name: value for name, value in lived.items()})


@dataclass(frozen=True, slots=True)
class Receipt:
    ground: Ground
    desk: str
    home: Home
    channel: Channel
    grievance: words.Grievance
    category: ComplaintCategory

    def tale(self, dice: Random, at: datetime, until: datetime, repeated: Tale | None) -> Tale:
        anonymous, said = dice.random() < 0.05 and repeated is None, dice.choice(self.grievance.said)
        row = self._row(dice, at, said, anonymous=anonymous) | {"level": 1 if repeated else 0}
        tale = Tale(row=row, workflow=WORKFLOW, ground=self.ground, until=until, after=repeated)
        tale.row |= tale.by("received", self.desk)
        tale.begin("receive", self.desk, at, note=said)
        tale.steps[-1]["level"] = row["level"]
        tale.hang(ComplaintCaller, **self._caller(at, said, anonymous=anonymous))
        masked = mask_phone(self.home.digits) if self.home.digits and not anonymous else ""
        tale.told.append((self.desk, at, lambda row: _received(row, self.category.name, masked)))
        return tale

    def _row(self, dice: Random, at: datetime, said: str, *, anonymous: bool) -> dict[str, Any]:
        severity, why = severity_of(self.category.severity, self.channel, urgent=False)
        about = About(self.grievance.about)
        hotline = f"XN{at:%Y%m%d}{dice.randrange(1000, 9999)}" if self.channel is Channel.hotline else ""
        return (
            dict.fromkeys(COLUMNS)
            | DEFAULTS
            | {
                "estate_id": self.home.estate_id,
                "building_id": self.home.building_id,
                "unit_id": self.home.unit_id,
                "customer_id": None if anonymous else self.home.customer_id,
                "channel": self.channel,
                "hotline_number": hotline,
                "category_id": self.category.id,
                "about": about,
                "about_department_id": None if about is About.neighbour else self.category.department_id,
                "words": said,
                "wish": dice.choice(words.WISHES),
                "severity": severity,
                "severity_reason": why,
                "state": ComplaintState.received,
                "received_at": at,
                "wants_callback": not anonymous,
            }
        )

    def _caller(self, at: datetime, said: str, *, anonymous: bool) -> dict[str, Any]:
        home = self.home
        known = {"customer_id": home.customer_id, "unit_id": home.unit_id, "name": home.name, "digits": home.digits}
        nobody = {"customer_id": None, "unit_id": None, "name": "", "digits": ""}
        return {
            **(nobody if anonymous else known),
            "tail": "" if anonymous else home.digits[-4:],
            "anonymous": anonymous,
            "wants_word": not anonymous,
            "channel": self.channel,
            "words": said,
            "key": None,
            "noted_by": NAMES[self.desk],
            "noted_at": at,
        }


class Read:
    """A step as the clocks read it."""

    def __init__(self, step: dict[str, Any]) -> None:
        self.action: str = step["action"]
        self.to_state: ComplaintState = step["to_state"]
        self.taken_at: datetime = step["taken_at"]


def subjects(row: dict[str, Any]) -> dict[str, Any]:
    unit_id = None if row["about"] is About.neighbour else row["unit_id"]
    ids = [row["customer_id"]] if row["customer_id"] else []
    return {"complaint_id": row["id"], "customer_ids": ids, "unit_id": unit_id, "number": row["number"]}


def _received(row: dict[str, Any], category: str, masked: str) -> ComplaintReceived:
    said = {"severity": row["severity"].value, "channel": row["channel"].value}
    return ComplaintReceived(estate_id=row["estate_id"], category=category, masked=masked, **said, **subjects(row))


def classified(row: dict[str, Any], changes: dict[str, list[Any]]) -> ComplaintClassified:
    return ComplaintClassified(changes=changes, **subjects(row))


def ended(row: dict[str, Any], state: str) -> ComplaintEnded:
    return ComplaintEnded(state=state, **subjects(row))


def moment(dice: Random, day: date) -> datetime:
    hour = 8 + dice.choices(range(len(HOURS)), HOURS)[0]
    return beginning_of(day) + timedelta(hours=hour, minutes=dice.randrange(60))
