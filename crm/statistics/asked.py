"""Of which month and estates the figures are: everything else follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from crm.dates import beginning_of, business_day_of, months_later
from crm.lists.months import months_between

SHOWN = 13  # months of the pictures: the month stands beside the same one a year ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`month`: its first day. `now`: as of when; it judges what is still open."""

    month: date
    estates: Mapping[int, str]
    now: datetime

    @property
    def today(self) -> date:
        return business_day_of(self.now)

    @property
    def as_of(self) -> str:
        """The moment at the company."""
        return f"{self.now.astimezone(beginning_of(self.month).tzinfo):%Y-%m-%d %H:%M}"

    @property
    def ends(self) -> date:
        """The first day after the month."""
        return months_later(self.month, 1)

    @property
    def before(self) -> date:
        return months_later(self.month, -1)

    @property
    def a_year_ago(self) -> date:
        return months_later(self.month, -12)

    @property
    def compared(self) -> tuple[date, date, date]:
        return self.month, self.before, self.a_year_ago

    @property
    def months(self) -> list[date]:
        return months_between(months_later(self.month, 1 - SHOWN), self.month)

    @property
    def running(self) -> bool:
        """The month is not over: its figures still grow."""
        return self.today < self.ends

    @property
    def title(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def named(self) -> str:
        """The estates, on every page, workbook and paper."""
        return _(", ").join(self.estates.values())

    @property
    def estate_id(self) -> int | None:
        """The only one."""
        return next(iter(self.estates)) if len(self.estates) == 1 else None
