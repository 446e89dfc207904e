"""Quiet hours: hours of the day, of every day alike, in which the bell keeps still. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import gettext as _

from crm.errors import DomainError

WRITTEN = re.compile(r"(\d{1,2}):?([0-5]\d)")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `starts` up to, not including, `ends`; past midnight where that is the earlier one. Equal: none."""

    starts: time
    ends: time

    def end_after(self, local: datetime) -> datetime | None:
        """When they end, seen from a moment within them; None outside. `local`: in the company's time zone."""
        told = local.time()
        early, late = told < self.ends, told >= self.starts
        within = early and late if self.starts <= self.ends else early or late
        if not within:
            return None
        return datetime.combine(local.date() + (timedelta() if early else DAY), self.ends, tzinfo=local.tzinfo)

    @property
    def any(self) -> bool:
        return self.starts != self.ends


def parse_time(text: str) -> time:
    """`21:00`, `8:30`, `0830`, `21：00`. Raises `DomainError` with what to write instead."""
    found = WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found or int(found[1]) > 23:
        raise DomainError(_("Write a time such as 21:00."))
    return time(int(found[1]), int(found[2]))


def fault_of_time(text: str) -> str:
    """Why this is no time of day, or ""."""
    try:
        parse_time(text)
    except DomainError as fault:
        return str(fault)
    return ""
