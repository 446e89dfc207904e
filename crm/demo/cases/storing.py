"""The demo company's cases of a year in the order of their days; then what the desk has to do, told by the verbs.

No past letter, violation or notice begins in the days that are told by the verbs: numbers follow the days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from crm.bulk import Ids
from crm.complaints.categories.seeding import seed as seed_categories
from crm.complaints.categories.seeding import set_departments
from crm.correspondence.wordings.seeding import seed as seed_wordings
from crm.dates import Period, beginning_of, business_day, business_day_of
from crm.db import session
from crm.demo.cases import complaints, notices, violations
from crm.demo.cases.complaining import Complaining
from crm.demo.cases.enforcing import Enforcing
from crm.demo.cases.letters import Letters
from crm.demo.cases.receipts import Home, moment
from crm.demo.cases.today import LATELY, Line, Today
from crm.demo.cases.writing import Writing
from crm.demo.place import Ground
from crm.demo.repairs.reports import LIVED_IN, PIECE, USES, lives
from crm.properties.models import Unit
from crm.violations.types.seeding import seed as seed_types

LONGEST = timedelta(days=365)  # that is told
A_YEAR = {"complaint": 0.09, "violation": 0.06, "letter": 0.06}  # of a unit that is lived in


def store(ground: Ground, dice: Random, period: Period) -> None:
    """Nothing where no past is told."""
    today = business_day()
    starts = max(period.starts, today - LONGEST)
    if starts >= today or not ground.estates:
        return
    seed_categories()
    set_departments()
    seed_types()
    seed_wordings()
    now = Today(ground, dice, today)
    people = People(ground, dice, starts, now)
    complaining = Complaining(now)
    _complaints(ground, dice, people, complaining, today)
    _papers(ground, dice, people, today)
    line = Line()
    Enforcing(now).plan(line, complaining.noise)
    Writing(now).plan_letters(line)
    Writing(now).plan_notices(line)
    for _moment, tell in line.in_order():
        tell()
    session().expire_all()


def _complaints(ground: Ground, dice: Random, people: People, complaining: Complaining, today: date) -> None:
    past = complaints.Past(ground, dice, beginning_of(today))
    told = (past.tell(home, at) for home, at in people.moments("complaint", today))
    tales = sorted((tale for tale in told if tale), key=lambda tale: tale.row["received_at"])
    for at, tell in complaining.plan(past.categories).in_order():
        before = [tale for tale in tales if tale.row["received_at"] < at]
        past.pour(before)
        tales = tales[len(before) :]
        tell()
    past.pour(tales)


def _papers(ground: Ground, dice: Random, people: People, today: date) -> None:
    closes = today - timedelta(days=LATELY)
    if closes <= people.starts:
        return
    ids, letters = Ids(), Letters(ground, dice, beginning_of(today), beginning_of(closes))
    for home, at in people.moments("letter", closes):
        letters.tell(home, at)
    past = violations.Past(ground, dice, beginning_of(today), letters)
    found = [past.tell(home, at) for home, at in people.moments("violation", closes)]
    past.pour([tale for tale in found if tale], ids)
    notices.store(ground, dice, people.starts, closes, ids)
    ids.settle()


class People:
    """Whoever has something to do with a case of the past; whom it is about today has none."""

    def __init__(self, ground: Ground, dice: Random, starts: date, now: Today) -> None:
        self.dice, self.starts, self.customers = dice, starts, now.customers
        spared = now.spared
        lived_in = Unit.use.in_(USES), Unit.status.in_(LIVED_IN), Unit.estate_id.in_(ground.estates.values())
        units = session().scalars(select(Unit.id).where(*lived_in).order_by(Unit.id))
        self.units = [unit_id for unit_id in units if unit_id not in spared]

    def moments(self, kind: str, ends: date) -> list[tuple[Home, datetime]]:
        """In the order of the moments."""
        days, dice = (ends - self.starts).days, self.dice
        count = int(A_YEAR[kind] * len(self.units) * days / 365) + 1
        chosen = dice.choices(self.units, k=count) if self.units else []
        made = [(unit_id, moment(dice, self.starts + timedelta(days=dice.randrange(days)))) for unit_id in chosen]
        found = [(home, at) for home, at in _at_home(made) if home.customer_id not in self.customers]
        return sorted(found, key=lambda each: each[1])


def _at_home(made: Sequence[tuple[int, datetime]]) -> list[tuple[Home, datetime]]:
    """Those of units where somebody lived on that day."""
    found = []
    for start in range(0, len(made), PIECE):
        piece = made[start : start + PIECE]
        homes = lives([unit_id for unit_id, _at in piece])
        for unit_id, at in piece:
            if home := homes[unit_id].on(business_day_of(at)):
                found.append((Home.of(home), at))
    return found
