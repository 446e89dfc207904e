"""The demo company's repair workers: their trades, their weeks, who is away; and who does which job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from crm.bulk import pour
from crm.dates import utc_now
from crm.demo.cast import CAST
from crm.demo.place import Ground
from crm.repairs.workers.models import WorkerAbsence, WorkerShift, WorkerTrade

DISPATCHER = "sunhao"
TRADES = {
    "zhangjg": ("plumbing", "hvac", "general"),
    "maqiang": ("electrical", "weak_current", "general", "hvac"),
    "qijun": ("lift", "weak_current", "joinery", "plumbing"),
    "wangtao": ("building", "joinery", "plumbing"),
}
AWAY = "wangtao"  # this week
NAMES = {member.username: member.full_name for member in CAST}
OFFICE = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))
DUTIES = (  # besides the office hours: who, on which weekday, from when to when
    ("zhangjg", 5, 9 * 60, 17 * 60),
    ("maqiang", 6, 9 * 60, 17 * 60),
    ("zhangjg", 2, 18 * 60, 24 * 60),
    ("zhangjg", 3, 0, 8 * 60),
    ("maqiang", 4, 18 * 60, 24 * 60),
    ("maqiang", 5, 0, 8 * 60),
)


def store(ground: Ground, today: date) -> None:
    pour(
        WorkerTrade,
        [{"user_id": ground.users[name], "trade": trade} for name, trades in TRADES.items() for trade in trades],
    )
    usual = [(name, day, begins, ends) for name in TRADES for day in range(5) for begins, ends in OFFICE]
    pour(
        WorkerShift,
        [
            {"user_id": ground.users[name], "weekday": day, "begins": begins, "ends": ends}
            for name, day, begins, ends in (*usual, *DUTIES)
        ],
    )
    away = {
        "user_id": ground.users[AWAY],
        "starts": today,
        "ends": today + timedelta(days=2),
        "reason": "参加高处作业证复审培训",
        "entered_by": NAMES[DISPATCHER],
        "entered_at": utc_now(),
    }
    pour(WorkerAbsence, [away])


def worker_for(trade: str, dice: Random, taken: Mapping[str, int] | None = None) -> str:
    """Their user name; whose trade it is first does it more often, whoever has few jobs of those `taken` as well."""
    able = [name for name, trades in TRADES.items() if trade in trades]
    busy = taken or {}
    return dice.choices(able, [1 / (1 + TRADES[name].index(trade)) / (1 + busy.get(name, 0)) ** 2 for name in able])[0]


def desk_of(code: str) -> str:
    """Who answers the telephone of the estate: 李敏 sees two of them."""
    return "limin" if code in ("YG", "JX") else "zhouhui"
