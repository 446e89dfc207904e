"""Who has something going on with the desk these days, and the order in which it is told through the product's verbs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from crm.dates import beginning_of, utc_now
from crm.db import session
from crm.demo.cases.receipts import Home
from crm.demo.credit import at_work
from crm.demo.place import Ground
from crm.demo.repairs.reports import LIVED_IN, lives
from crm.properties.models import Building, Unit, UnitUse

CLERKS = 2  # estates
HOMES = 26  # of an estate, at most
LATELY = 10  # days that are told here
FREE = ("3-1-502", "3-1-503")  # in the first estate: whom every screen shows has no complaint and breaks no rule
KNOWN = "5-2-1101"  # likewise: who comes first
Act = Callable[[], object]


class Today:
    """Which homes it is about is thrown before the past is told, which spares them."""

    def __init__(self, ground: Ground, dice: Random, today: date) -> None:
        self.ground, self.dice, self.today = ground, dice, today
        self.estates = list(ground.estates.items())[:CLERKS]
        self.homes = [self._homes(estate_id) for _code, estate_id in self.estates]
        self.free = [iter(homes) for homes in self.homes]
        self.buildings = [
            session().scalars(select(Building.id).filter_by(estate_id=estate_id).order_by(Building.id)).all()
            for _code, estate_id in self.estates
        ]

    @property
    def spared(self) -> set[int]:
        """Units that nothing was with."""
        first = select(Unit.id).where(Unit.estate_id == self.estates[0][1], Unit.label.in_(FREE))
        return {home.unit_id for homes in self.homes for home in homes} | set(session().scalars(first))

    @property
    def customers(self) -> set[int]:
        """Who had nothing, wherever else they have a unit."""
        return {home.customer_id for homes in self.homes for home in homes}

    def _homes(self, estate_id: int) -> list[Home]:
        lived_in = Unit.estate_id == estate_id, Unit.use == UnitUse.home, Unit.status.in_(LIVED_IN)
        rows = session().execute(select(Unit.id, Unit.label).where(*lived_in).order_by(Unit.id)).all()
        known = [row.id for row in rows if row.label == KNOWN]
        others = [row.id for row in rows if row.label not in (*FREE, KNOWN)]
        chosen = [*known, *self.dice.sample(others, min(len(others), HOMES * 2))]
        people, earliest = lives(chosen), self.today - timedelta(days=LATELY)
        found = [people[unit_id].on(self.today) for unit_id in chosen if people[unit_id].on(earliest)]
        there = [home for home in found if home and home["digits"]]
        return [Home.of(home) for home in there][:HOMES]

    def place(self, number: int) -> int:
        return number % len(self.estates)

    def home(self, number: int) -> Home | None:
        """The next one of the estate; None where the company is small."""
        return next(self.free[self.place(number)], None)

    def moment(self, days: int, minutes: int) -> datetime:
        """So many days ago and minutes after eight, or now."""
        at = beginning_of(self.today - timedelta(days=days)) + timedelta(hours=8, minutes=minutes)
        return min(at, utc_now())

    def at(self, who: str, days: int, minutes: int) -> ExitStack:
        return at_work(self.ground, who, self.today - timedelta(days=days), minutes)

    def user(self, name: str) -> int:
        return self.ground.users[name]


class Line:
    """What waits to be told, in the order of the moments."""

    def __init__(self) -> None:
        self.waiting: list[tuple[datetime, int, Act]] = []

    def add(self, moment: datetime, act: Act) -> None:
        self.waiting.append((moment, len(self.waiting), act))

    def in_order(self) -> list[tuple[datetime, Act]]:
        return [(moment, act) for moment, _serial, act in sorted(self.waiting, key=lambda each: each[:2])]
