"""The numbers of letters and notices: gapless by year and direction, of the whole company. Clause P-12."""

from __future__ import annotations

from crm.correspondence.letters.models import Direction
from crm.dates import business_day
from crm.numbering import Taken, take_all

SERIES = {
    Direction.incoming: ("收文", "收〔{year}〕{serial:04d}号"),
    Direction.outgoing: ("发文", "发〔{year}〕{serial:04d}号"),
}


def take_numbers(direction: Direction, count: int = 1) -> list[Taken]:
    series, pattern = SERIES[direction]
    return take_all(series, pattern, year=business_day().year, count=count)
