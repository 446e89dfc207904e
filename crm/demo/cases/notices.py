"""A year of notices: to the households of a building, most reached within days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from crm.audit.log import record
from crm.bulk import Ids, pour
from crm.correspondence.audience.chosen import Audience
from crm.correspondence.notices.events import NoticeEnded, NoticeIssued
from crm.correspondence.notices.models import (
    Notice,
    NoticeDelivery,
    NoticeHousehold,
    NoticeState,
    NoticeStep,
    Reach,
)
from crm.correspondence.notices.service.issuing import PATTERN, SERIES
from crm.dates import beginning_of, business_day_of, telling
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.tales import NAMES
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.demo.repairs.reports import LIVED_IN, USES, lives
from crm.numbering import take_all
from crm.properties.models import Building, Unit

A_YEAR = 7  # of an estate
RUNS = 5  # days
REACHED = 0.97  # of the households
HEAD = "zhouhui"
WAYS = (Reach.mailbox, Reach.hand, Reach.reading)
COLUMNS = [column.key for column in Notice.__mapper__.columns]


def store(ground: Ground, dice: Random, starts: date, today: date, ids: Ids) -> None:
    """In the order of the days, all of them over; `ids` are settled by whoever called."""
    days = (today - starts).days - RUNS - 1
    if days < 1:
        return
    told = sorted(
        (
            beginning_of(starts + timedelta(days=dice.randrange(days)))
            + timedelta(minutes=9 * 60 + dice.randrange(90)),
            code,
        )
        for code in ground.estates
        for _each in range(max(1, A_YEAR * days // 365))
    )
    for at, code in told:
        here = select(Building).filter_by(estate_id=ground.estates[code]).order_by(Building.id)
        _Telling(ground, dice, today, ids).tell(code, dice.choice(session().scalars(here).all()), at)


class _Telling:
    def __init__(self, ground: Ground, dice: Random, today: date, ids: Ids) -> None:
        self.ground, self.dice, self.today, self.ids = ground, dice, today, ids

    def tell(self, code: str, building: Building, at: datetime) -> None:
        homes = _households(building.id, business_day_of(at))
        if not homes:
            return
        kind, subject, body, urgent = self.dice.choice(words.NOTICES)
        [notice_id] = self.ids.take(Notice, 1)
        row = self._notice(code, building, at, kind, subject, body, len(homes))
        row |= {"id": notice_id, "urgent": urgent, "state": NoticeState.over}
        row |= {"ended_at": at + timedelta(days=RUNS), "version": 3}
        pour(Notice, [row])
        self._steps(notice_id, desk_of(code), at)
        keys = self.ids.take(NoticeHousehold, len(homes))
        rows = [
            self._household(key, notice_id, place, home, row, at)
            for place, (key, home) in enumerate(zip(keys, homes, strict=True), 1)
        ]
        pour(NoticeHousehold, rows)
        self._deliver([each for each in rows if each["reached_by"]], desk_of(code))
        self._log(row, rows, desk_of(code))

    def _log(self, row: dict[str, Any], rows: list[dict[str, Any]], desk: str) -> None:
        about = {"household_notice_id": row["id"], "number": row["number"], "subject": row["subject"]}
        people = sorted({each["customer_id"] for each in rows})
        with acting(HEAD, self.ground), telling(row["issued_at"]):
            record(NoticeIssued(estate_id=row["estate_id"], customer_ids=people, households=len(rows), **about))
        reached = sum(each["reached_by"] is not None for each in rows)
        with acting(desk, self.ground), telling(row["ended_at"]):
            record(NoticeEnded(reached=reached, unreached=len(rows) - reached, **about))

    def _notice(
        self, code: str, building: Building, at: datetime, kind: str, subject: str, body: str, households: int
    ) -> dict[str, Any]:
        desk, day = desk_of(code), business_day_of(at)
        [number] = take_all(SERIES, PATTERN, year=day.year, count=1)
        return dict.fromkeys(COLUMNS) | {
            "number_id": number.id,
            "number": number.text,
            "estate_id": self.ground.estates[code],
            "kind": kind,
            "subject": subject,
            "body": body,
            "facts": {},
            "audience": Audience(estate_id=building.estate_id, buildings=(building.id,)).plain(),
            "households": households,
            "wants_reading": True,
            "board_from": day,
            "board_until": day + timedelta(days=RUNS),
            "reach_by": day + timedelta(days=2),
            "drafted_by_id": self.ground.users[desk],
            "drafted_by": NAMES[desk],
            "drafted_at": at - timedelta(minutes=25),
            "issued_by_id": self.ground.users[HEAD],
            "issued_by": NAMES[HEAD],
            "issued_at": at,
        }

    def _steps(self, notice_id: int, desk: str, at: datetime) -> None:
        said: dict[str, Any] = {"notice_id": notice_id, "reason": "", "note": "", "until": None, "key": None}
        told = (
            ("draft", None, NoticeState.draft, desk, at - timedelta(minutes=25)),
            ("issue", NoticeState.draft, NoticeState.issued, HEAD, at),
            ("end", NoticeState.issued, NoticeState.over, desk, at + timedelta(days=RUNS)),
        )
        rows = [
            said
            | {"action": action, "from_state": before, "to_state": after, "taken_at": when}
            | {"taken_by_id": self.ground.users[who], "taken_by": NAMES[who]}
            for action, before, after, who, when in told
        ]
        pour(NoticeStep, rows)

    def _household(
        self, key: int, notice_id: int, place: int, home: Any, notice: dict[str, Any], at: datetime
    ) -> dict[str, Any]:
        when = at + timedelta(minutes=self.dice.randint(30, 2400)) if self.dice.random() < REACHED else None
        way = self.dice.choices(WAYS, (60, 25, 15))[0] if when else None
        return {
            "id": key,
            "notice_id": notice_id,
            "position": place,
            "unit_id": home["unit_id"],
            "customer_id": home["customer_id"],
            "name": home["caller"],
            "label": home["label"],
            "subject": notice["subject"],
            "body": notice["body"],
            "printed_at": at + timedelta(minutes=10),
            "mail_id": None,
            "reached_at": when,
            "reached_by": way,
            "read_at": when if way is Reach.reading else None,
        }

    def _deliver(self, reached: list[dict[str, Any]], desk: str) -> None:
        rows = [
            {
                "id": key,
                "notice_household_id": each["id"],
                "reach": each["reached_by"],
                "worked": True,
                "person": each["name"] if each["reached_by"] is Reach.hand else "",
                "note": "",
                "upload_id": None,
                "takes_back_id": None,
                "key": f"reading-{each['id']}" if each["reached_by"] is Reach.reading else None,
                "noted_by": each["name"] if each["reached_by"] is Reach.reading else NAMES[desk],
                "noted_at": each["reached_at"],
            }
            for key, each in zip(self.ids.take(NoticeDelivery, len(reached)), reached, strict=True)
        ]
        pour(NoticeDelivery, rows)


def _households(building_id: int, day: date) -> list[dict[str, Any]]:
    """Whoever lived there on that day, in the order of the units."""
    lived_in = Unit.building_id == building_id, Unit.use.in_(USES), Unit.status.in_(LIVED_IN)
    units = session().execute(select(Unit.id, Unit.label).where(*lived_in).order_by(Unit.sort_key)).all()
    homes = lives([row.id for row in units])
    found = ((row, homes[row.id].on(day)) for row in units)
    return [home | {"label": row.label} for row, home in found if home]
