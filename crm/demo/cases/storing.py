"""The demo company's cases of a year, month by month in the order of their days; then what is to do today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import select

from crm.bulk import Ids
from crm.dates import Period, beginning_of, business_day, business_day_of
from crm.db import session
from crm.demo.cases import complaints, notices, violations
from crm.demo.cases.complaints import Home, moment
from crm.demo.cases.letters import Letters
from crm.demo.cases.tales import Tale
from crm.demo.place import Ground
from crm.demo.repairs.reports import LIVED_IN, PIECE, USES, lives
from crm.properties.models import Unit

LONGEST = timedelta(days=365)  # that is told
A_YEAR = {"complaint": 0.09, "violation": 0.06, "letter": 0.06}  # of a unit that is lived in


def store(ground: Ground, dice: Random, period: Period) -> None:
    """Nothing where no past is told."""
    today = business_day()
    starts = max(period.starts, today - LONGEST)
    if starts >= today or not ground.estates:
        return
    ids, until = Ids(), beginning_of(today)
    _complaints(ground, dice, starts, today, ids)
    letters = Letters(ground, dice, until)
    for home, at in _moments(ground, dice, "letter", starts, today):
        letters.tell(home, at)
    past = violations.Past(ground, dice, until, letters)
    past.pour([past.tell(home, at) for home, at in _moments(ground, dice, "violation", starts, today)], ids)
    notices.store(ground, dice, starts, today, ids)
    ids.settle()
    session().expire_all()


def _complaints(ground: Ground, dice: Random, starts: date, today: date, ids: Ids) -> None:
    past = complaints.Past(ground, dice, beginning_of(today))
    told = (past.tell(home, at) for home, at in _moments(ground, dice, "complaint", starts, today))
    tales: list[Tale] = [tale for tale in told if tale]
    past.pour(tales, ids)


def _moments(ground: Ground, dice: Random, kind: str, starts: date, today: date) -> list[tuple[Home, datetime]]:
    """Whoever has something to do with such a case, and when, in the order of the moments."""
    lived_in = Unit.use.in_(USES), Unit.status.in_(LIVED_IN), Unit.estate_id.in_(ground.estates.values())
    units = session().scalars(select(Unit.id).where(*lived_in).order_by(Unit.id)).all()
    days = (today - starts).days
    chosen = dice.choices(units, k=int(A_YEAR[kind] * len(units) * days / 365) + 1) if units else []
    made = [(unit_id, moment(dice, starts + timedelta(days=dice.randrange(days)))) for unit_id in chosen]
    return sorted(_at_home(made), key=lambda each: each[1])


def _at_home(made: Sequence[tuple[int, datetime]]) -> list[tuple[Home, datetime]]:
    """Those of units where somebody lived on that day."""
    found = []
    for start in range(0, len(made), PIECE):
        piece = made[start : start + PIECE]
        homes = lives([unit_id for unit_id, _at in piece])
        for unit_id, at in piece:
            if home := homes[unit_id].on(business_day_of(at)):
                home["name"] = home.pop("caller")
                found.append((Home(**home), at))
    return found
