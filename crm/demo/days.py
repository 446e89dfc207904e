"""Days of the demo company's past, on which its cast does something, one after the other and never later than now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import select

from crm.auth.models import User
from crm.dates import business_day, telling, utc_now
from crm.db import session
from crm.demo.credit import acting
from crm.demo.place import Ground
from crm.worktime.calendar import Calendar
from crm.worktime.queries import calendar

MORNING, EVENING = 9 * 60, 18 * 60
ADDRESS = "10.0.0.21"


class Days:
    """The day that is told; each act comes some minutes after the one before it."""

    def __init__(self, ground: Ground, dice: Random) -> None:
        self.ground, self.dice = ground, dice
        self.cast = session().scalars(select(User).where(User.id.in_(ground.users.values()))).all()  # kept at hand
        self.names = {key: name for name, key in ground.users.items()}
        self.timezone = current_app.config["SETTINGS"].timezone
        self.now = utc_now().astimezone(self.timezone)
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

    def do(self, who: str, *acts: Callable[[], Any]) -> Any:
        """Somebody of the cast does one thing after the other; what the last one gave."""
        done = None
        with acting(who, self.ground):
            for act in acts:
                self.minute += self.dice.randint(2, 5)
                with telling(self._moment()):
                    done = act()
        return done

    def do_now(self, who: str, act: Callable[[], Any]) -> Any:
        with telling(self.now), acting(who, self.ground):
            return act()

    def _moment(self) -> datetime:
        told = datetime.combine(self.day, time(), self.timezone) + timedelta(minutes=min(self.minute, EVENING))
        return min(told, self.now)
