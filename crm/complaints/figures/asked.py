"""Of which months, estates, building, department and contractor the figures are: everything else follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm.complaints.cases.models import Complaint
from crm.dates import beginning_of, months_later
from crm.lists.months import months_between, span_in_words

SHOWN_BEFORE = 13  # the month and its year before, so that it stands beside the same month


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`begins` and `last`: the first days of the first and the last month. `now` judges what is still open."""

    begins: date
    last: date
    now: datetime
    estates: dict[int, str]
    building_id: int | None = None
    department_id: int | None = None
    contractor: str = ""

    @property
    def ends(self) -> date:
        """The first day after the period."""
        return months_later(self.last, 1)

    @property
    def start(self) -> datetime:
        return beginning_of(self.begins)

    @property
    def end(self) -> datetime:
        return beginning_of(self.ends)

    @property
    def before(self) -> list[date]:
        """The months of the picture of how it went: the period's, at least thirteen up to its end."""
        return months_between(min(self.begins, months_later(self.last, 1 - SHOWN_BEFORE)), self.last)

    @property
    def title(self) -> str:
        return span_in_words(self.begins, self.last)

    def here(self) -> list[Any]:
        """The conditions on a case but for its moments."""
        found: list[Any] = [Complaint.estate_id.in_(self.estates)]
        if self.building_id is not None:
            found.append(Complaint.building_id == self.building_id)
        if self.department_id is not None:
            found.append(Complaint.about_department_id == self.department_id)
        if self.contractor:
            found.append(Complaint.contractor == self.contractor)
        return found
