"""A year of notices: to the households of a building, most reached within days; the last one is still going round."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from crm.bulk import Ids, pour
from crm.correspondence.notices.models import (
    Notice,
    NoticeDelivery,
    NoticeHousehold,
    NoticeState,
    NoticeStep,
    Reach,
)
from crm.dates import beginning_of, business_day_of
from crm.db import session
from crm.demo.cases import words
from crm.demo.cases.tales import NAMES
from crm.demo.place import Ground
from crm.demo.repairs.crew import desk_of
from crm.demo.repairs.reports import LIVED_IN, USES, lives
from crm.numbering import take_all
from crm.properties.models import Building, Unit

SERIES, PATTERN = "通知", "通〔{year}〕{serial:04d}号"
A_YEAR = 7  # of an estate
HEAD = "zhouhui"
WAYS = (Reach.mailbox, Reach.hand, Reach.counter, Reach.reading)
COLUMNS = [column.key for column in Notice.__mapper__.columns]


def store(ground: Ground, dice: Random, starts: date, today: date, ids: Ids) -> None:
    """In the order of the days; `ids` are settled by whoever called."""
    told = sorted(
        (starts + timedelta(days=dice.randrange(max((today - starts).days - 1, 1))), code)
        for code in ground.estates
        for _each in range(max(1, A_YEAR * (today - starts).days // 365))
    )
    told += [(today - timedelta(days=1), code) for code in list(ground.estates)[:2]]
    for day, code in told:
        building = dice.choice(session().scalars(select(Building).filter_by(estate_id=ground.estates[code])).all())
        _Telling(ground, dice, today, ids).tell(
            code, building, beginning_of(day) + timedelta(hours=9, minutes=dice.randrange(90))
        )


class _Telling:
    def __init__(self, ground: Ground, dice: Random, today: date, ids: Ids) -> None:
        self.ground, self.dice, self.today, self.ids = ground, dice, today, ids

    def tell(self, code: str, building: Building, at: datetime) -> None:
        homes = _households(building.id, business_day_of(at))
        if not homes:
            return
        kind, subject, body, urgent = self.dice.choice(words.NOTICES)
        over = (self.today - business_day_of(at)).days > 5
        [notice_id] = self.ids.take(Notice, 1)
        row = self._notice(code, building, at, kind, subject, body, len(homes))
        row |= {"id": notice_id, "urgent": urgent, "state": NoticeState.over if over else NoticeState.issued}
        row |= {"ended_at": at + timedelta(days=5) if over else None, "version": 2 if over else 1}
        pour(Notice, [row])
        self._steps(notice_id, desk_of(code), at, over=over)
        keys = self.ids.take(NoticeHousehold, len(homes))
        rows = [
            self._household(key, notice_id, place, home, row, at, share=0.97 if over else 0.6)
            for place, (key, home) in enumerate(zip(keys, homes, strict=True), 1)
        ]
        pour(NoticeHousehold, rows)
        self._deliver([each for each in rows if each["reached_by"] not in (None, Reach.reading)], desk_of(code))

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
            "audience": {"buildings": [building.id]},
            "households": households,
            "wants_reading": True,
            "board_from": day,
            "board_until": day + timedelta(days=5),
            "reach_by": day + timedelta(days=2),
            "drafted_by_id": self.ground.users[desk],
            "drafted_by": NAMES[desk],
            "drafted_at": at - timedelta(minutes=25),
            "issued_by_id": self.ground.users[HEAD],
            "issued_by": NAMES[HEAD],
            "issued_at": at,
        }

    def _steps(self, notice_id: int, desk: str, at: datetime, *, over: bool) -> None:
        said: dict[str, Any] = {"notice_id": notice_id, "reason": "", "note": "", "until": None, "key": None}
        told = [("draft", None, NoticeState.draft, desk, at - timedelta(minutes=25))]
        told.append(("issue", NoticeState.draft, NoticeState.issued, HEAD, at))  # type: ignore[arg-type]
        if over:
            told.append(("end", NoticeState.issued, NoticeState.over, desk, at + timedelta(days=5)))  # type: ignore[arg-type]
        rows = [
            said
            | {"action": action, "from_state": before, "to_state": after, "taken_at": when}
            | {"taken_by_id": self.ground.users[who], "taken_by": NAMES[who]}
            for action, before, after, who, when in told
        ]
        pour(NoticeStep, rows)

    def _household(
        self, key: int, notice_id: int, place: int, home: Any, notice: dict[str, Any], at: datetime, *, share: float
    ) -> dict[str, Any]:
        reached = self.dice.random() < share
        when = at + timedelta(minutes=self.dice.randint(30, 2400)) if reached else None
        if when and business_day_of(when) >= self.today:
            when = None
        way = self.dice.choices(WAYS, (55, 25, 8, 12))[0] if when else None
        read = when if way is Reach.reading or (when and self.dice.random() < 0.2) else None
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
            "read_at": read,
        }

    def _deliver(self, reached: list[dict[str, Any]], desk: str) -> None:
        rows = [
            {
                "id": key,
                "notice_household_id": each["id"],
                "reach": each["reached_by"],
                "worked": True,
                "person": each["name"] if each["reached_by"] is not Reach.mailbox else "",
                "note": "",
                "upload_id": None,
                "takes_back_id": None,
                "key": None,
                "noted_by": NAMES[desk],
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
