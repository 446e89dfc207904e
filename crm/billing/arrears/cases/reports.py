"""A case in rows, the same on screen and on paper. Sums are yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from crm.billing.arrears.cases import queries
from crm.billing.arrears.cases.models import LegalCase
from crm.billing.arrears.limitation.clock import Clock
from crm.billing.arrears.limitation.queries import clocks_of
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import Bill
from crm.correspondence.serving.models import ARRIVAL_TITLES, CHANNEL_TITLES
from crm.web.templating import day as shown_day


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A bill then and now; `clock` only while something of it is open."""

    bill: Bill
    then: Decimal
    clock: Clock | None

    @property
    def days(self) -> str:
        return days_in_words(self.bill.begins, self.bill.ends)

    @property
    def settled(self) -> Decimal:
        """Since it was asked for."""
        return self.then - self.bill.open


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSheet:
    lines: Sequence[CaseLine]
    letters: Sequence[tuple[str, str]]  # the letter, how it was served

    @property
    def then(self) -> Decimal:
        return sum((line.then for line in self.lines), Decimal(0))

    @property
    def now(self) -> Decimal:
        return sum((line.bill.open for line in self.lines), Decimal(0))


def case_sheet(case: LegalCase, today: date) -> CaseSheet:
    """`case` comes from `queries.get_case`."""
    bills = [each.bill for each in case.bills]
    clocks = clocks_of([bill for bill in bills if bill.open], today)
    return CaseSheet(
        lines=[CaseLine(bill=each.bill, then=each.amount, clock=clocks.get(each.bill_id)) for each in case.bills],
        letters=_letters(case),
    )


def _letters(case: LegalCase) -> list[tuple[str, str]]:
    demands = queries.demands_of(case.customer)
    ways = queries.deliveries_of([demand.id for demand in demands])
    return [
        (
            f"{demand.number.text} {demand.step.name} {shown_day(demand.day)}",
            "; ".join(
                f"{CHANNEL_TITLES[way.channel]} {shown_day(way.delivered_on)} {ARRIVAL_TITLES[way.arrival]}"
                for way in ways.get(demand.id, [])
            )
            or _("no proof that it came"),
        )
        for demand in demands
    ]
