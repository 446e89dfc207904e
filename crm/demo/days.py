"""Days of the demo company's past, on which its cast does something, one after the other and never later than now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from flask import current_app

from crm.dates import business_day, telling
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.worktime.calendar import Calendar
from crm.worktime.queries import calendar

Done = TypeVar("Done")
MORNING, EVENING = 9 * 60, 18 * 60
ADDRESS = "10.0.0.21"


class Days:
    """The day that is told; each act comes some minutes after the one before it."""

    def __init__(self, ground: Ground, dice: Random) -> None:
        self.ground, self.dice = ground, dice
        self.names = {key: name for name, key in ground.users.items()}
        self.timezone = current_app.config["SETTINGS"].timezone
        self.now = datetime.now(self.timezone)
        self.today = business_day()
        self.calendar: Calendar = calendar()
        self.day, self.minute = self.today, MORNING

    def ago(self, days: int) -> date:
        """The last working day so many days ago; today is today, whatever day it is."""
        day = self.today - timedelta(days=days)
        return day if not days else self.working(day)

    def working(self, day: date) -> date:
        """The day itself, or the last working day before it."""
        while not self.calendar.works(day):
            day -= timedelta(days=1)
        return day

    def begin(self, day: date) -> None:
        self.day, self.minute = day, MORNING

    def do(self, who: str, act: Callable[[], Done]) -> Done:
        """Somebody of the cast does it."""
        self.minute += self.dice.randint(2, 5)
        told = datetime.combine(self.day, time(), self.timezone) + timedelta(minutes=min(self.minute, EVENING))
        return self._done(min(told, self.now), who, act)

    def do_now(self, who: str, act: Callable[[], Done]) -> Done:
        return self._done(self.now, who, act)

    def _done(self, moment: datetime, who: str, act: Callable[[], Done]) -> Done:
        with telling(moment), acting(who, self.ground):
            return act()
